"""Addresses of the answers about a proposed mandate."""

from django.urls import path

from accounts import mandate_views

urlpatterns = [
    path("<int:mandate_id>/confirmer/", mandate_views.confirm, name="mandate-confirm"),
    path("<int:mandate_id>/refuser/", mandate_views.reject, name="mandate-reject"),
]
