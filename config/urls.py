"""The site's addresses. The French paths are printed on paper: stable for ever."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from catalogue.trainings import views as trainings
from config import shell, views
from core.words.views import hide

handler400 = "config.views.bad_request"
handler500 = "config.faults.answer"

urlpatterns = [
    path("", views.home, name="home"),
    path("aide/", views.help_page, name="help"),
    path("aide/mon-compte-formation/", views.help_part, {"part": "mcf"}, name="help-mcf"),
    path("aide/messages/", views.help_part, {"part": "messages"}, name="help-messages"),
    path("contact/", views.contact, name="contact"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("conditions-generales/", views.terms, name="terms"),
    path("robots.txt", shell.robots, name="robots"),
    path("sitemap.xml", shell.sitemap, name="sitemap"),
    path("favicon.ico", shell.favicon, name="favicon"),
    path("site.webmanifest", shell.manifest, name="manifest"),
    path(".well-known/security.txt", shell.security, name="security"),
    path(".well-known/change-password", shell.change_password, name="change-password"),
    path("sante/", views.health, name="health"),
    path("sante/processus/", views.alive, name="alive"),
    path("fiche/", trainings.fiche_in_hand, name="fiche-in-hand"),
    path("formations-a-venir/", trainings.outline, name="outline"),
    path("annonces/<int:announcement_id>/masquer/", hide, name="hide-announcement"),
    path("", include("accounts.urls")),
    path("franceconnect/", include("accounts.franceconnect.urls")),
    path("formations/", include("catalogue.urls")),
    path("", include("enrolment.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from config import components
    from config.demo import views as demo

    urlpatterns += [
        path("composants/", components.components, name="components"),
        path("demo/courriels/", demo.mails, name="demo-mails"),
        path("demo/courriels/<slug:name>/", demo.mail, name="demo-mail"),
        path("demo/courriels/<slug:name>/html/", demo.mail_html, name="demo-mail-html"),
    ]
