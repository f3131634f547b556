"""The site's addresses. The French paths are printed on paper: stable for ever."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("", views.home, name="home"),
    path("aide/", views.help_page, name="help"),
    path("contact/", views.contact, name="contact"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("conditions-generales/", views.terms, name="terms"),
    path("sante/", views.health, name="health"),
    path("", include("accounts.urls")),
    path("franceconnect/", include("accounts.franceconnect.urls")),
    path("formations/", include("catalogue.urls")),
    path("", include("enrolment.urls")),
    path("admin/", admin.site.urls),
]
