"""The yearly credit of the DIF élus: once a year for each official, at the legal date, up to the cap of the barème."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Mandate, User
from catalogue.models import Scale
from enrolment import deadline, rights
from enrolment.models import LedgerEntry

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
    today = deadline.paris_day(now)
    mandate = _oldest_mandate(user, today)
    if mandate is None:
        return None
    due = max(day for day in (credit_day(mandate.kind, year) for year in (today.year - 1, today.year)) if day <= today)
    ended = mandate.end is not None and mandate.end < due
    scale = Scale.in_force(due)
    if scale is None or ended:
        return None
    return rights.credit(user, scale.yearly_credit, due.year, now, cap=scale.cap)


def credit_everybody(now: datetime) -> int:
    """Credit every official who is due; how many were. Repeatable: a year is never credited twice."""
    officials = User.objects.filter(is_active=True, mandates__status=Mandate.Status.CONFIRMED).distinct().order_by("pk")
    return sum(credit_official(user, now) is not None for user in officials.iterator(chunk_size=500))


def credit_after_confirmation(user: User, **_: Any) -> None:
    """A mandate has just been confirmed: the rights of the year follow at once, in the same transaction."""
    credit_official(user, timezone.now())


def _oldest_mandate(user: User, today: date) -> Mandate | None:
    in_office = Q(end=None) | Q(end__gte=today)
    mandates = user.mandates.filter(in_office, status=Mandate.Status.CONFIRMED).exclude(start__gt=today)
    return mandates.order_by("start", "pk").first()
