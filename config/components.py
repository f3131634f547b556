"""`/composants/` (DEBUG): the pieces of the look, each shown with invented content."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import leaves
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from enrolment.dossiers import stamps

TODAY = date(2026, 11, 25)


class SampleForm(BaseForm):
    """One field of each kind, to be looked at empty and refused."""

    required_messages: ClassVar[dict[str, str]] = {
        "name": "Saisissez votre nom de naissance.",
        "born": "Saisissez votre date de naissance.",
        "kind": "Choisissez la pièce que vous envoyez.",
        "photo": "Choisissez une photo.",
        "agreed": "Cochez la case pour continuer.",
    }
    name = forms.CharField(label="Nom de naissance", help_text="Pas votre nom d'usage ou d'épouse.")
    usual_name = forms.CharField(label="Nom d'usage", required=False)
    born = FrenchDateField(label="Date de naissance", help_text="Par exemple 14 3 1958.")
    kind = forms.ChoiceField(
        label="Pièce envoyée",
        choices=[("card", "Carte nationale d'identité"), ("passport", "Passeport")],
        widget=forms.RadioSelect,
    )
    photo = forms.FileField(label="Recto de la carte")
    agreed = forms.BooleanField(label="J'ai lu les conditions")


@dataclass(frozen=True)
class Side:
    """One of a dossier's two tracks, as the components want it."""

    title: str
    state: str
    next: tuple[Any, ...] = ()
    note: str = ""


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
        "step": path[1],
        "step_count": f"Étape 2 sur {len(path)}",
        "progress": [(each, "#" if each == path[0] else "") for each in path],
        "stages": [
            Stage("Demande envoyée", "done", "fait", "par vous, le 20 novembre"),
            Stage("Répondre à votre demande", "wait", "en cours", "par l'ADM79, en général 2 jours ouvrés"),
            Stage("Confirmer", "now", "à faire", "au plus tard le 4 décembre", "#"),
            Stage("Dernier jour : vendredi 4 décembre", "lock"),
            Stage("La formation", "later", "plus tard", "mardi 29 décembre"),
            Stage("Valider la proposition", "late", "trop tard", "le dernier jour est passé"),
        ],
        "tracks": [
            Side("Ma place à l'ADM79", "Acceptée", note="Rendez-vous le mardi 29 décembre 2026."),
            Side("Mon financement", "Par mon DIF élus", ({"is_yours": True, "sentence": "créez votre demande."},)),
        ],
        "empty_form": SampleForm(auto_id="vide-%s", prefix="vide"),
        "refused_form": SampleForm({}, auto_id="refus-%s"),
    }
    return render(request, "guide/components.html", context)
