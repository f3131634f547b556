"""The demonstration catalogue: what an association of mayors gives, with dates relative to the day it is loaded.

One session is made to be shown full: ``prendre-parole-public``, the one with a single seat (see ``FULL_SESSION``); the
dossier that fills it comes from the demonstration's people.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Commune
from catalogue.models import Place, Session, Subject, Synonym, Trainer, Training, TrainingBody
from catalogue.sessions.deadline import is_working_day
from catalogue.sessions.in_force import first_open_start

FOLDER = Path(__file__).parent
FULL_SESSION = {"training__reference": "prendre-parole-public", "seats": 1}
"""Finds the session that one dossier fills."""

MCF_TRAINING = "https://www.moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/"
WITHOUT_LINK = frozenset({"prendre-parole-public"})
"""On Mon Compte Formation it has to be searched for; the others have an invented, well-formed link."""

TEXTS = (
    "title",
    "summary",
    "strong_points",
    "objectives",
    "programme",
    "teaching_means",
    "evaluation",
    "audience",
    "prerequisites",
    "mcf_url",
)


@transaction.atomic
def load(today: date) -> tuple[int, int]:
    """Add what is missing of the demonstration catalogue. Return how many trainings and sessions were added.

    Safe to run again on any day: nothing there is changed, and a training whose sessions have all closed
    gets new ones, as far away from *today* as at first. The communes must be loaded.
    """
    catalogue = tomllib.loads((FOLDER / "catalogue.toml").read_text())
    for name in catalogue["subjects"]:
        Subject.objects.get_or_create(name=name)
    for expressions in catalogue["synonyms"]:
        Synonym.objects.get_or_create(expressions=expressions)
    for name, presentation in catalogue["trainers"].items():
        Trainer.objects.get_or_create(name=name, defaults={"presentation": presentation})
    places = {key: _place(given) for key, given in catalogue["places"].items()}
    trainings = sessions = 0
    for given in _trainings():
        training, is_new = _training(given, catalogue["bodies"][given["body"]], today)
        trainings += is_new
        sessions += _sessions(training, given["sessions"], places, today, is_new=is_new)
    return trainings, sessions


def _trainings() -> Iterator[dict[str, Any]]:
    for file in sorted(FOLDER.glob("trainings_*.toml")):
        yield from tomllib.loads(file.read_text(), parse_float=Decimal)["training"]


def _place(given: dict[str, str]) -> Place:
    commune = Commune.objects.get(pk=given["commune"])
    texts = {"address": given["address"], "access": given["access"]}
    return Place.objects.get_or_create(name=given["name"], commune=commune, defaults=texts)[0]


def _body(given: dict[str, Any], today: date) -> TrainingBody:
    plain = ("siret", "approval_number", "email", "phone", "accessibility_contact")
    values = {name: given[name] for name in plain} | {"approval_end": today + timedelta(days=given["approval_days"])}
    return TrainingBody.objects.get_or_create(name=given["name"], defaults=values)[0]


def _training(given: dict[str, Any], body: dict[str, Any], today: date) -> tuple[Training, bool]:
    values = {name: (given | body | given).get(name, "").strip() for name in TEXTS}
    values |= {
        "status": Training.Status.PUBLISHED,
        "body": _body(body, today),
        "subject": Subject.objects.get(name=given["subject"]),
        "duration_hours": given["hours"],
        "duration_days": given.get("days", 1),
        "price": given["price"],
    }
    if not values["mcf_url"] and given["reference"] not in WITHOUT_LINK:
        name = f"{body['siret']}_{given['reference']}"
        values["mcf_url"] = f"{MCF_TRAINING}{name}/{name}"
    training, is_new = Training.objects.get_or_create(reference=given["reference"], defaults=values)
    if is_new:
        training.trainers.set(Trainer.objects.filter(name__in=given["trainers"]))
    return training, is_new


def _sessions(
    training: Training, given: list[dict[str, Any]], places: dict[str, Place], today: date, *, is_new: bool
) -> int:
    first_start = first_open_start(today)
    planned = [(_working_day(today + timedelta(days=each["in_days"])), each) for each in given]
    if not is_new:
        if training.sessions.open_from(first_start).exists():
            return 0
        planned = [(start, each) for start, each in planned if start >= first_start]
    for start, each in planned:
        Session.objects.create(
            training=training,
            start=start,
            end=_last_day(start, int(training.duration_days)),
            place=places.get(each.get("place", "")),
            remote=each.get("remote", False),
            seats=each.get("seats", 15),
            **({"schedule": each["schedule"]} if "schedule" in each else {}),
        )
    return len(planned)


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _last_day(start: date, days: int) -> date:
    """The last of so many working days from *start* on; half a day ends on its own day."""
    for _ in range(days - 1):
        start = _working_day(start + timedelta(days=1))
    return start
