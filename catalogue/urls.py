"""Addresses of the catalogue. References are printed on paper: these paths are stable for ever."""

from django.urls import path

from catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("", views.search, name="search"),
    path("communes.html", views.commune_suggestions, name="communes"),  # a dot: never a training's reference
    path("sessions/<int:session_id>.ics", views.calendar, name="calendar"),
    path("<slug:reference>/", views.training, name="training"),
    path("<slug:reference>/fiche/", views.fiche, name="fiche"),
]
