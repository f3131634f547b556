"""The yearly credit of the DIF élus: once a year for each official, at the legal date, up to the cap of the barème."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Mandate, User
from catalogue.models import Scale
from enrolment.models import LedgerEntry
from enrolment.rights import ledger

EARLY = (Mandate.Kind.MUNICIPAL, Mandate.Kind.EPCI)
EARLY_DAY = (3, 30)
LATE_DAY = (7, 5)
"""Rights arrive on 30 March for municipal and EPCI mandates, on 5 July for departmental and regional ones (the law)."""


def credit_day(kind: str, year: int) -> date:
    """The day on which a mandate of this kind brings the rights of *year*."""
    return date(year, *(EARLY_DAY if kind in EARLY else LATE_DAY))


def credit_official(user: User, now: datetime) -> LedgerEntry | None:
    """Credit the latest legal date gone by, if it is due and was not credited; None otherwise.

    One credit a year however many mandates: the oldest mandate in office counts. The barème is the one in force on
    that date, so a run that comes late gives the same amount.
    """
    today = timezone.localdate(now)
    mandate = user.mandates.in_office(today).first()
    if mandate is None:
        return None
    due = _last_credit_day(mandate.kind, today)
    scale = Scale.in_force(due)
    if scale is None:
        return None
    return ledger.credit(user, scale.yearly_credit, due.year, now, cap=scale.cap)


def credit_everybody(now: datetime) -> int:
    """Credit every official who is due. Return how many were credited. Repeatable: a year is never credited twice."""
    today = timezone.localdate(now)
    latest = max(_last_credit_day(kind, today) for kind in Mandate.Kind)
    in_office = Mandate.objects.in_office(today).filter(user=OuterRef("pk"))
    credited = LedgerEntry.objects.filter(user=OuterRef("pk"), kind=LedgerEntry.Kind.CREDIT, year=latest.year)
    waiting = User.objects.filter(Exists(in_office), ~Exists(credited), is_active=True).order_by("pk")
    return sum(credit_official(user, now) is not None for user in waiting.iterator(chunk_size=500))


def take_back_after_loss(user: User, **_: Any) -> None:
    """A mandate has just been taken from this person: unless another brings them, its credits go with it, at once."""
    now = timezone.now()
    if not user.mandates.in_office(timezone.localdate(now)).exists():
        ledger.take_back_credits(user, now)


def credit_after_confirmation(user: User, **_: Any) -> None:
    """A mandate has just been confirmed: the rights of the year follow at once, in the same transaction."""
    credit_official(user, timezone.now())


def _last_credit_day(kind: str, today: date) -> date:
    """The latest of these days gone by."""
    this_year = credit_day(kind, today.year)
    return this_year if this_year <= today else credit_day(kind, today.year - 1)
