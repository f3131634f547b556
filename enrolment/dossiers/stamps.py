"""The stamp on a dossier: its state as an ink stamp says it, with the day and the reference."""

from dataclasses import dataclass

from django.utils import timezone

from core import french
from enrolment.models import Enrolment, State

ACT, DONE, PLAIN, QUIET = "act", "done", "plain", "quiet"
"""Yours to do (tile), done (duckweed), on its way (green), behind us (grey)."""

TONES = {
    State.DRAFT: ACT,
    State.SENT: PLAIN,
    State.WAITING: PLAIN,
    State.ACCEPTED: DONE,
    State.ATTENDED: DONE,
    State.REFUSED: QUIET,
    State.CANCELLED: QUIET,
    State.ABSENT: QUIET,
    State.LAPSED: QUIET,
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """*words* in capitals, *notes* below: « Envoyée »; « 25 nov. 2026 », « 79-NF7Q-9Z39 »."""

    tone: str
    words: str
    notes: tuple[str, ...] = ()


def stamp_of(enrolment: Enrolment) -> Stamp:
    """The stamp of a dossier as it stands."""
    state = State(enrolment.state)
    at = enrolment.decided_at or enrolment.sent_at
    on = french.day_in_brief(timezone.localdate(at)) if at else ""
    return Stamp(TONES[state], str(state.label).capitalize(), tuple(filter(None, (on, enrolment.reference))))
