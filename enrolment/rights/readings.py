"""What is known of a person's rights (``position``), gathered; and an amount read on Mon Compte Formation, noted.

Every amount read is a row; nothing is overwritten. Noting one quotes the person's open dossiers again.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import Mandate, User
from catalogue.models import Scale
from core.french import to_come
from enrolment.known import Known, known_of
from enrolment.models import Enrolment, Milestone, RightsReading, State
from enrolment.rights.estimate import Estimate, estimate
from enrolment.rights.position import CENT, ZERO, Position, Reading

HOLDING = (State.SENT, State.ACCEPTED, State.ATTENDED)
"""The states in which ``rights_used`` is set aside."""

READ_ON = "le jour où le montant a été lu"
"""What is asked of whoever notes an amount."""

amount_read = Signal()
"""Sent with ``user`` and ``now`` in the transaction that notes an amount: the dossiers quote themselves again."""


class ReadingError(Exception):
    """The amount cannot be noted; the text says why."""


def position_of(
    user: User,
    today: date,
    *,
    besides: Enrolment | None = None,
    known: Known | None = None,
    all_reserved: bool = True,
) -> Position:
    """What is known of this person's rights on the day *today*; what *besides* reserves is not counted.

    *known*: what is noted of the person, when it has been read. Without *all_reserved*, what is reserved is added up
    only against an amount read: nothing else depends on it.
    """
    known = known or known_of(user)
    running = [each for each in known.mandates if _runs(each, today)]
    reading = _reading(known)
    return Position(
        mandate_running=bool(running),
        mandate_ended=any(each.end and each.end < today for each in known.mandates),
        reading=reading,
        estimate=_estimate(running[0], today, known.scales) if running and not reading else None,
        reserved=reserved(user, reading.on if reading else None, besides) if reading or all_reserved else ZERO,
    )


def _reading(known: Known) -> Reading | None:
    last = known.readings[0] if known.readings else None
    return Reading(last.amount, last.read_on, last.by_staff) if last else None


def known_balance(user: User) -> Decimal | None:
    """Euros that were read and are not reserved here; None when nobody has read any, or the mandate has ended."""
    return position_of(user, timezone.localdate(), all_reserved=False).balance


def latest(user: User) -> Reading | None:
    """The last amount read; of two of one day, the one noted last."""
    rows = RightsReading.objects.filter(user=user).order_by("-read_on", "-id")
    row = rows.values_list("amount", "read_on", "by_staff").first()
    return Reading(*row) if row else None


def not_taken(user: User, on: date | None) -> Q:
    """The person's dossiers whose sum MCF had not taken on the day *on*: neither validated there, nor begun."""
    holding = Q(user=user, state__in=HOLDING, rights_used__gt=0)
    if on is None:
        return holding
    taken = Enrolment.objects.filter(
        user=user, milestones__milestone=Milestone.VALIDATED, milestones__undone_at=None, milestones__on__lte=on
    )
    return holding & Q(session__start__gt=on) & ~Q(pk__in=taken.values("pk"))


def reserved(user: User, on: date | None, besides: Enrolment | None = None) -> Decimal:
    """Euros that dossiers of this person set aside and that MCF had not yet taken on the day *on*."""
    dossiers = Enrolment.objects.filter(not_taken(user, on))
    dossiers = dossiers.exclude(pk=besides.pk) if besides else dossiers
    return (dossiers.aggregate(total=Sum("rights_used"))["total"] or ZERO).quantize(CENT)


@transaction.atomic
def note(
    user: User, amount: Decimal, read_on: date, by: User, now: datetime, *, by_staff: bool = False
) -> RightsReading:
    """Note what was read on MCF on the day *read_on*, and quote the open dossiers again.

    Raises ReadingError for a day to come, a negative amount, or parts of a cent.
    """
    if read_on > timezone.localdate(now):
        raise ReadingError(to_come(READ_ON))
    if amount < 0 or amount != amount.quantize(CENT):
        raise ReadingError("Saisissez le montant affiché, en euros, par exemple 412,50.")
    reading = RightsReading.objects.create(user=user, amount=amount, read_on=read_on, at=now, by=by, by_staff=by_staff)
    amount_read.send(RightsReading, user=user, now=now)
    return reading


def _runs(mandate: Mandate, today: date) -> bool:
    return not (mandate.end and mandate.end < today) and not (mandate.start and mandate.start > today)


def _estimate(mandate: Mandate, today: date, scales: list[Scale]) -> Estimate | None:
    return estimate(mandate.kind, mandate.start, today, scales)
