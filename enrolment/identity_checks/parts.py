"""The three small steps of an identity check: which document, its photos, what is written on it.

Each keeps what it was told at once, encrypted, in the check that is being prepared: there is no other draft.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest

from core.redirects import asked_next
from enrolment.identity_checks.checks import IDENTITY_FIELDS, Side

KIND = "document_kind"
"""The field of the first step; the others carry it along."""


@dataclass(frozen=True)
class Part:
    """One step: the last part of its address, its title, the fields it asks, the words of its button."""

    name: str
    title: str
    fields: tuple[str, ...]
    button: str = "Continuer"


PARTS = (
    Part("piece", "Quelle pièce ?", (KIND,)),
    Part("photos", "Les photos", tuple(Side.values)),
    Part("ecrit", "Ce qui est écrit sur la pièce", IDENTITY_FIELDS, "Envoyer ma pièce d'identité"),
)
BY_NAME = {part.name: part for part in PARTS}
LAST = PARTS[-1]


def asked(request: HttpRequest) -> Part | None:
    """The step that the address names; None for all of it at once."""
    return BY_NAME.get(request.GET.get("etape", ""))


def judged_with(part: Part | None) -> tuple[str, ...]:
    """The fields that a posted step is judged by: its own; all of them at the end."""
    return (KIND, *part.fields) if part and part is not LAST else ()


def to_mend(form: forms.Form, part: Part | None) -> Part:
    """The step to show after a mistake: the first that has one."""
    wrong = [each for each in PARTS if form.errors.keys() & set(each.fields)]
    return wrong[0] if wrong else part or PARTS[0]


def following(part: Part) -> Part:
    """The step after *part*."""
    return PARTS[PARTS.index(part) + 1]


def url(request: HttpRequest, part: Part) -> str:
    """The address of a step, which keeps the place to come back to."""
    come_back = asked_next(request)
    return f"{request.path}?{urlencode({'etape': part.name, **({'next': come_back} if come_back else {})})}"


def progress(request: HttpRequest, part: Part) -> list[tuple[Part, str]]:
    """All steps, those behind us with their address."""
    here = PARTS.index(part)
    return [(each, url(request, each) if number < here else "") for number, each in enumerate(PARTS)]
