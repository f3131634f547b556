"""A session cancelled, moved or given more seats: what happens to all its dossiers, in one transaction."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session
from catalogue.sessions.session_status import has_begun
from core.french import span
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.locking import THE_LINE, lock_dossiers
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.transitions import Role, TransitionName
from enrolment.models import LIVE_STATES, Enrolment, State


@transaction.atomic
def cancel_session(session: Session, by: User, now: datetime, reason: str) -> int:
    """Call a session off: every living dossier is cancelled, rights given back, people told; how many.

    Cancelled twice, the second time does nothing. Raises RefusedError without a reason, or once it has begun.
    """
    if not reason.strip():
        raise RefusedError(Refusal.NO_REASON)
    session, dossiers = lock_dossiers(session.pk, Q(state__in=LIVE_STATES))
    if session.cancelled_at:
        return 0
    if has_begun(session.start, timezone.localdate(now)):
        raise RefusedError(Refusal.BEGUN)
    session.cancelled_at = now
    session.save(update_fields=["cancelled_at"])
    for enrolment in dossiers:
        workflow.perform_locked(
            TransitionName.CANCEL_WITH_SESSION, session, enrolment, by=by, now=now, role=Role.SYSTEM, reason=reason
        )
    return len(dossiers)


@transaction.atomic
def move_session(session: Session, start: date, end: date, by: User, now: datetime) -> int:
    """Give a session new dates and tell all those concerned; how many were told.

    What was already sent keeps its deadline and is not recomputed; a dossier still to send follows the new dates.
    Raises RefusedError (SESSION_CANCELLED; MOVED_BACK when the new dates are not in the future, in order).
    """
    session, dossiers = lock_dossiers(session.pk, Q(state__in=LIVE_STATES))
    if session.cancelled_at:
        raise RefusedError(Refusal.SESSION_CANCELLED)
    if has_begun(start, timezone.localdate(now)) or end < start:
        raise RefusedError(Refusal.MOVED_BACK)
    if (session.start, session.end) == (start, end):
        return 0
    before = span(session.start, session.end)
    session.start, session.end = start, end
    session.save(update_fields=["start", "end"])
    for enrolment in dossiers:
        workflow.note(enrolment, "move", by=by, now=now, reason=f"Session déplacée : prévue {before}.")
        notifications.session_moved(enrolment, before, now)
    return len(dossiers)


@transaction.atomic
def call_waiting(session: Session, now: datetime) -> None:
    """Give the seats that are free to those who wait (staff added seats, or a right came back)."""
    session, line = lock_dossiers(session.pk, THE_LINE)
    workflow.promote(session, line, now)


def sessions_with_free_seats_and_a_line() -> list[Session]:
    """The sessions where somebody waits although a seat is free."""
    waiting = Enrolment.objects.filter(state=State.WAITING, session__cancelled_at=None).values("session")
    return [session for session in Session.objects.filter(pk__in=waiting).order_by("pk") if session.seats_left > 0]
