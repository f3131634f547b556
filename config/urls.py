"""The site's addresses. The French paths are printed on paper: stable for ever."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import views

handler400 = "config.views.bad_request"
handler500 = "config.faults.answer"

urlpatterns = [
    path("", views.home, name="home"),
    path("aide/", views.help_page, name="help"),
    path("contact/", views.contact, name="contact"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("conditions-generales/", views.terms, name="terms"),
    path("sante/", views.health, name="health"),
    path("sante/processus/", views.alive, name="alive"),
    path("", include("accounts.urls")),
    path("franceconnect/", include("accounts.franceconnect.urls")),
    path("formations/", include("catalogue.urls")),
    path("", include("enrolment.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from config.demo import views as demo

    urlpatterns += [
        path("demo/courriels/", demo.mails, name="demo-mails"),
        path("demo/courriels/<slug:name>/", demo.mail, name="demo-mail"),
        path("demo/courriels/<slug:name>/html/", demo.mail_html, name="demo-mail-html"),
    ]
