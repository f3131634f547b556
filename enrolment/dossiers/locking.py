"""What a change to dossiers locks, at its start: the session, its dossiers concerned, the accounts of those."""

from django.db.models import Q

from accounts.models import User
from catalogue.models import Session
from core.locks import lock, lock_one
from enrolment.models import Enrolment, State

THE_LINE = Q(state=State.WAITING)
"""The dossiers that wait for a seat of the session."""


def lock_session(session_id: int) -> Session:
    """The session's row with its training, locked: the first lock taken, and the guard of its seats."""
    return lock_one(Session.objects.select_related("training").filter(pk=session_id))


def lock_dossiers(session_id: int, wanted: Q, *, besides: User | None = None) -> tuple[Session, list[Enrolment]]:
    """The session and those of its dossiers that *wanted* names, first sent first; their accounts are locked too.

    *besides* is one more account to lock.
    """
    mine = Enrolment.objects.filter(wanted, session=session_id)
    people = User.objects.filter(Q(pk__in=mine.values("user")) | Q(pk=besides.pk if besides else None))
    sessions = Session.objects.select_related("training").filter(pk=session_id)
    (session,), dossiers, _ = lock(sessions, mine, people)
    for enrolment in dossiers:
        enrolment.session = session
    return session, sorted(dossiers, key=_first_sent_first)


def lock_dossier(
    enrolment: Enrolment, *, with_the_line: bool, besides: User | None = None
) -> tuple[Session, Enrolment, list[Enrolment]]:
    """One dossier, and when a seat may go to somebody the line for it: (session, dossier, the line)."""
    wanted = Q(pk=enrolment.pk) | THE_LINE if with_the_line else Q(pk=enrolment.pk)
    session, dossiers = lock_dossiers(enrolment.session_id, wanted, besides=besides)
    locked = next(each for each in dossiers if each.pk == enrolment.pk)
    return session, locked, [each for each in dossiers if each is not locked]


def lock_to_send(enrolment: Enrolment, by: User) -> tuple[Session, Enrolment, list[Enrolment]]:
    """All that sending a dossier touches: with the line only when a free seat may go to it first."""
    session = lock_session(enrolment.session_id)
    return lock_dossier(enrolment, with_the_line=session.seats_left > 0, besides=by)


def _first_sent_first(enrolment: Enrolment) -> tuple[bool, object, str]:
    return enrolment.sent_at is None, enrolment.sent_at or 0, enrolment.pk.hex
