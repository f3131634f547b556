"""Paper of a session, to print: the attendance sheet, the trainer's list, the certificates of attendance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from catalogue.models import Session
from catalogue.sessions import in_force
from core.french import day, duration, span
from enrolment.desk.presence import HalfDay, expected, half_days
from enrolment.models import Enrolment, MissedHalfDay, State

LINES_A_SHEET = 15
"""At most so many participants a session, and a signature needs room: one page a day."""
EMPTY_LINES = 2
"""For who comes without being on the list."""


@dataclass(frozen=True)
class Sheet:
    """One kind of paper: its name in addresses, its title, its template."""

    name: str
    title: str
    template: str


SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet("emargement", "Feuille d'émargement", "desk/sheets/attendance.html"),
        Sheet("liste", "Liste pour l'intervenant", "desk/sheets/trainer.html"),
        Sheet("attestations", "Attestations de participation", "desk/sheets/certificates.html"),
    )
}


def context_of(sheet: Sheet, session: Session) -> dict[str, Any]:
    """What the template of *sheet* shows."""
    today = timezone.localdate()
    people = expected(session)
    halves = half_days(session)
    days = list(dict.fromkeys(half.day for half in halves))
    return {
        "title": sheet.title,
        "session": session,
        "training": session.training,
        "when": span(session.start, session.end),
        "length": duration(session.training.duration_days, session.training.duration_hours),
        "trainers": ", ".join(str(each) for each in session.training.trainers.order_by("name")),
        "people": people,
        "days": [(day(each), [half for half in halves if half.day == each]) for each in days],
        "empty_lines": range(EMPTY_LINES),
        "certificates": _certificates(people, halves),
        "today": day(today, weekday=False),
        "clocks": in_force.both_clocks(session, today) if today <= in_force.last_day_to_send(session) else "",
    }


def _certificates(people: Sequence[Enrolment], halves: Sequence[HalfDay]) -> list[tuple[Enrolment, list[str]]]:
    """Those who were there, each with the half-days that they attended."""
    missed = {(row.enrolment_id, row.day, row.half) for row in MissedHalfDay.objects.filter(enrolment__in=people)}
    present = [each for each in people if each.state == State.ATTENDED]
    return [(each, _attended(each, halves, missed)) for each in present]


def _attended(who: Enrolment, halves: Sequence[HalfDay], missed: set[tuple[Any, date, str]]) -> list[str]:
    return [half.label for half in halves if (who.pk, half.day, half.half.value) not in missed]
