"""What the DIF élus of a mandate may hold at most, by the barèmes. Pure: facts come in, a ceiling and its reasons out.

A ceiling, never a balance: the site does not see what was used elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from enrolment.rights.yearly_credit import credit_day

ZERO = Decimal(0)


class Amounts(Protocol):
    """A barème: what one credit brings and how far it may fill the account, from a day on."""

    effective_from: date
    yearly_credit: Decimal
    cap: Decimal


@dataclass(frozen=True)
class Estimate:
    """Between nothing and *high*, in euros: *credits* yearly credits since *since*, cut at *cap* on each credit day."""

    high: Decimal
    credits: int
    since: date | None
    cap: Decimal


def estimate(kind: str, start: date | None, today: date, scales: Iterable[Amounts]) -> Estimate | None:
    """The ceiling for a mandate of this kind that began on *start*; None without a barème to count by.

    Each credit follows the barème of its day. The first counts at once, as the yearly credit does; a mandate whose
    beginning is unknown may have filled the account to its cap.
    """
    known = sorted(scales, key=lambda each: each.effective_from)
    current = _in_force(known, today)
    if current is None:
        return None
    if start is None:
        return Estimate(current.cap, 0, None, current.cap)
    high, count, cap = ZERO, 0, current.cap
    for day in _credit_days(kind, start, today):
        if amounts := _in_force(known, day):
            high = max(high, min(amounts.cap, high + amounts.yearly_credit))
            count += 1
            cap = amounts.cap
    return Estimate(high, count, start, cap)


def _credit_days(kind: str, start: date, today: date) -> list[date]:
    days = [credit_day(kind, year) for year in range(start.year - 1, today.year + 1)]
    first = max((day for day in days if day <= start), default=start)
    return [day for day in days if first <= day <= today]


def _in_force(known: list[Amounts], on: date) -> Amounts | None:
    return next((each for each in reversed(known) if each.effective_from <= on), None)
