"""`/composants/` (DEBUG): the pieces of the look, each shown with invented content."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import leaves
from enrolment.dossiers import stamps

TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Stage:
    """A stage of a canal, as the components want it."""

    title: str
    place: str = ""
    state: str = ""
    note: str = ""
    url: str = ""


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    days = [TODAY + timedelta(9), TODAY + timedelta(34), TODAY - timedelta(3)]
    path = [Stage("Votre identité"), Stage("Votre contact"), Stage("Votre adresse"), Stage("Mot de passe")]
    notes = ("25 nov. 2026", "79-NF70-9Z39")
    context = {
        "leaves": [
            leaves.last_day(days[0], TODAY),
            leaves.event(days[1], TODAY, "formation"),
            leaves.last_day(days[2], TODAY),
        ],
        "two_days": [
            leaves.last_day(days[0], TODAY, "sur Mon Compte Formation"),
            leaves.last_day(days[1], TODAY, "pour envoyer la demande"),
        ],
        "stamps": [
            stamps.Stamp(stamps.ACT, "À envoyer"),
            stamps.Stamp(stamps.PLAIN, "Envoyée", notes),
            stamps.Stamp(stamps.DONE, "Acceptée", notes),
            stamps.Stamp(stamps.QUIET, "Annulée", notes),
        ],
        "steps": path,
        "step": path[1],
        "step_number": 2,
        "progress": [(each, "#" if each == path[0] else "") for each in path],
        "stages": [
            Stage("Demande envoyée", "done", "fait", "par vous, le 20 novembre"),
            Stage("Acceptée", "done", "fait", "par l'ADM79, le 24 novembre"),
            Stage("Confirmer", "now", "à faire", "au plus tard le 4 décembre", "#"),
            Stage("Dernier jour : vendredi 4 décembre", "lock"),
            Stage("La formation", "later", "plus tard", "mardi 29 décembre"),
        ],
    }
    return render(request, "guide/components.html", context)
