"""A session cancelled, moved or given more seats: what happens to all its dossiers, in one transaction."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalogue.models import Place, Session, Training
from catalogue.sessions.session_status import has_begun
from core.french import span
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.locking import THE_LINE, lock_dossiers
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.models import LIVE_STATES, Enrolment, State


@transaction.atomic
def cancel_session(session: Session, by: User, now: datetime, reason: str) -> int:
    """Call a session off: every living dossier is cancelled, rights given back, people told. Return how many.

    Cancelled twice, the second time does nothing. Raises RefusedError without a reason, or once it has begun.
    """
    if not reason.strip():
        raise RefusedError(Refusal.NO_REASON)
    session, dossiers = lock_dossiers(session.pk, Q(state__in=LIVE_STATES))
    if session.cancelled_at:
        return 0
    if session.start < timezone.localdate(now):  # on the very day it can still be called off: the trainer is ill
        raise RefusedError(Refusal.BEGUN)
    session.cancelled_at = now
    session.save(update_fields=["cancelled_at"])
    for enrolment in dossiers:
        workflow.perform_locked(
            TransitionName.CANCEL_WITH_SESSION, session, enrolment, by=by, now=now, role=Role.SYSTEM, reason=reason
        )
    return len(dossiers)


@dataclass(frozen=True)
class Terms:
    """What people agreed to when they asked for a seat in a session."""

    training: Training
    start: date
    end: date
    schedule: str
    place: Place | None
    remote: bool

    @classmethod
    def of(cls, session: Session) -> "Terms":
        """The terms of *session* as it stands."""
        return cls(**{field.name: getattr(session, field.name) for field in fields(cls)})

    def changes_from(self, before: "Terms") -> tuple[str, ...]:
        """What differs, in sentences for people: « Dates : mardi 1er décembre 2026 au lieu de … »."""
        now, then = self._in_words(), before._in_words()
        return tuple(f"{what} : {now[what]} au lieu de {then[what]}" for what in now if now[what] != then[what])

    def _in_words(self) -> dict[str, str]:
        where = Session(place=self.place, remote=self.remote).where
        when = span(self.start, self.end)
        return {"Formation": self.training.title, "Dates": when, "Horaires": self.schedule or "—", "Lieu": where}


def check_terms(before: Terms, after: Terms, today: date) -> None:
    """Refuse new dates that are not in the future or not in order. Raises RefusedError (MOVED_BACK)."""
    moved = (before.start, before.end) != (after.start, after.end)
    if moved and (has_begun(after.start, today) or after.end < after.start):
        raise RefusedError(Refusal.MOVED_BACK)


@transaction.atomic
def change_session(session: Session, after: Terms, by: User, now: datetime) -> int:
    """Give a session new terms and tell all those concerned. Return how many were told.

    What was already sent keeps its deadline and its price; a dossier still to send follows the new ones.
    Raises RefusedError (SESSION_CANCELLED; BEGUN; MOVED_BACK when the new dates are not in the future, in order).
    """
    session, dossiers = lock_dossiers(session.pk, Q(state__in=LIVE_STATES))
    before, today = Terms.of(session), timezone.localdate(now)
    if session.cancelled_at:
        raise RefusedError(Refusal.SESSION_CANCELLED)
    if session.start < today:
        raise RefusedError(Refusal.BEGUN)
    check_terms(before, after, today)
    changes = after.changes_from(before)
    if not changes:
        return 0
    for field in fields(after):
        setattr(session, field.name, getattr(after, field.name))
    session.save(update_fields=[field.name for field in fields(after)])
    for enrolment in dossiers:
        workflow.note(enrolment, "move", by=by, now=now, reason=f"Session modifiée. {'. '.join(changes)}.")
        notifications.session_moved(enrolment, changes, now)
    return len(dossiers)


def move_session(session: Session, start: date, end: date, by: User, now: datetime) -> int:
    """``change_session`` of the dates alone."""
    return change_session(session, replace(Terms.of(session), start=start, end=end), by, now)


@transaction.atomic
def call_waiting(session: Session, now: datetime) -> None:
    """Give the seats that are free to those who wait (staff added seats, or a right came back)."""
    session, line = lock_dossiers(session.pk, THE_LINE)
    workflow.promote(session, line, now)


def sessions_with_free_seats_and_a_line() -> list[Session]:
    """The sessions where somebody waits although a seat is free."""
    waiting = Enrolment.objects.filter(state=State.WAITING, session__cancelled_at=None).values("session")
    return [session for session in Session.objects.filter(pk__in=waiting).order_by("pk") if session.seats_left > 0]
