"""Addresses of the answers about a proposed mandate."""

from django.urls import path

from accounts.mandates import views

urlpatterns = [
    path("<int:mandate_id>/confirmer/", views.confirm, name="mandate-confirm"),
    path("<int:mandate_id>/refuser/", views.reject, name="mandate-reject"),
]
