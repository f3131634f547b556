"""What people say of the milestones: « C'est fait », taken back, said by ADM79 for them. Rows are never overwritten."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from catalogue.sessions import in_force
from core.french import to_come
from enrolment.funding.milestones import ENDINGS, Mark, McfFacts, Track, track
from enrolment.models import OF_PERSON, SEATED_STATES, Enrolment, Milestone, MilestoneMark, State

DONE_ON = "le jour où c'était fait"
"""What is asked of whoever says that a milestone is passed."""


class MarkError(Exception):
    """What is said cannot be; the text says why."""


@transaction.atomic
def say(
    user: User,
    milestone: str,
    on: date,
    by: User,
    now: datetime,
    *,
    enrolment: Enrolment | None = None,
    passed: bool = True,
    file_number: str = "",
) -> MilestoneMark:
    """Note that a milestone is passed (or, *passed* false, that it was looked for and is not).

    Said again, the former row is taken back and a new one written. A request created after an end begins anew.
    Raises MarkError for a day to come.
    """
    if on > timezone.localdate(now):
        raise MarkError(to_come(DONE_ON))
    User.objects.lock(user)
    of_dossier = None if milestone in OF_PERSON else enrolment
    live = _live(user, of_dossier)
    again = live if milestone == Milestone.REQUESTED and live.filter(milestone__in=ENDINGS).exists() else live.none()
    (again | live.filter(milestone=milestone)).update(undone_at=now, undone_by=by)
    return MilestoneMark.objects.create(
        user=user,
        enrolment=of_dossier,
        milestone=milestone,
        passed=passed,
        on=on,
        at=now,
        by=by,
        by_staff=by.pk != user.pk,
        file_number=file_number.strip(),
    )


@transaction.atomic
def take_back(user: User, milestone: str, by: User, now: datetime, *, enrolment: Enrolment | None = None) -> bool:
    """Undo what was said; whether there was something to undo."""
    User.objects.lock(user)
    live = _live(user, None if milestone in OF_PERSON else enrolment).filter(milestone=milestone)
    return bool(live.update(undone_at=now, undone_by=by))


def marks_of(user: User, enrolment: Enrolment | None = None) -> dict[str, Mark]:
    """What is said today of the person's milestones, and of the dossier's."""
    live = _live(user, None)
    if enrolment:
        live = live | _live(user, enrolment)
    return said(live)


def said(rows: Iterable[MilestoneMark]) -> dict[str, Mark]:
    """What these rows say, by milestone."""
    return {row.milestone: Mark(row.on, row.by_staff, row.passed, row.file_number) for row in rows}


def track_of(enrolment: Enrolment, today: date, known: dict[str, Mark] | None = None) -> Track | None:
    """The MCF track of a dossier; None for who chose another funding, or has closed their account.

    *known* is what ``marks_of`` would ask the database.
    """
    if enrolment.user is None or not enrolment.uses_dif:
        return None
    facts = McfFacts(
        today=today,
        clocks=in_force.clocks_of(enrolment.session),
        start=enrolment.session.start,
        seated=enrolment.state in SEATED_STATES,
        marks=marks_of(enrolment.user, enrolment) if known is None else known,
    )
    return track(facts)


def to_propose() -> QuerySet[Enrolment]:
    """The living dossiers whose request on Mon Compte Formation is said to wait for the training body's proposal."""
    live = MilestoneMark.objects.filter(enrolment=OuterRef("pk"), undone_at=None, passed=True)
    further = (Milestone.PROPOSED, Milestone.VALIDATED, Milestone.PAID, *ENDINGS)
    asked, answered = live.filter(milestone=Milestone.REQUESTED), live.filter(milestone__in=further)
    return Enrolment.objects.filter(Exists(asked), ~Exists(answered), state__in=(State.SENT, State.ACCEPTED))


def _live(user: User, enrolment: Enrolment | None):  # type: ignore[no-untyped-def]
    return MilestoneMark.objects.filter(user=user, enrolment=enrolment, undone_at=None)
