"""Addresses of the identity check, below /identite/."""

from django.urls import path

from enrolment.identity_checks import views

urlpatterns = [
    path("", views.page, name="identity"),
    path("modifier/", views.edit, name="identity-edit"),
    path("retirer/", views.withdraw, name="identity-withdraw"),
]
