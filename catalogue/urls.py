"""Addresses of the catalogue. References are printed on paper: these paths are stable for ever."""

from django.urls import path

from catalogue.demand import views as demand
from catalogue.search import views as search
from catalogue.sessions import views as sessions
from catalogue.trainings import views as trainings

app_name = "catalogue"

urlpatterns = [
    path("", search.search, name="search"),
    path("communes.html", search.commune_suggestions, name="communes"),  # a dot: never a training's reference
    path("sans-reponse.html", search.unanswered, name="unanswered"),
    path("prevenez-moi.html", demand.mine, name="interests"),
    path("prevenez-moi/<int:interest_id>.html", demand.give_up, name="give-up-interest"),
    path("ne-plus-prevenir/<str:token>.html", demand.stop, name="stop-telling"),
    path("sessions/<int:session_id>.ics", sessions.calendar, name="calendar"),
    path("<slug:reference>/", trainings.training, name="training"),
    path("<slug:reference>/fiche/", trainings.fiche, name="fiche"),
    path("<path:typed>", trainings.mistyped, name="mistyped"),  # last: whatever is left of a link printed on paper
]
