"""Addresses of the identity check, below /identite/."""

from django.urls import path

from enrolment.views import identity

urlpatterns = [
    path("", identity.page, name="identity"),
    path("modifier/", identity.edit, name="identity-edit"),
    path("retirer/", identity.withdraw, name="identity-withdraw"),
]
