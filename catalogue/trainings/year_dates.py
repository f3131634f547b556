"""When a session of last year could take place this year. Pure: days come in, days and words go out.

Same day of the week, 52 weeks later; moved by whole weeks when a public holiday or the school holidays of zone A (the
academy of Poitiers) are in the way. School holidays are those that staff recorded; where there are none, it is said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalogue.sessions.deadline import public_holiday

YEAR = timedelta(weeks=52)
WEEKS_AROUND = 8
"""How many weeks later or earlier a free day is looked for."""
LONGEST_TERM = timedelta(weeks=12)
"""Never so long between two school holidays: when more lies between two that are recorded, one is missing."""
UNKNOWN = "calendrier scolaire non renseigné pour cette période"


@dataclass(frozen=True)
class Break:
    """School holidays of zone A: from the first day without school to the last."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Proposal:
    """Days proposed for a session; *why* it is not 52 weeks later, *doubts* about the days proposed, in words."""

    start: date
    end: date
    why: str = ""
    doubts: tuple[str, ...] = ()


def propose(start: date, end: date, breaks: Sequence[Break]) -> Proposal:
    """The nearest free days to 52 weeks after *start*, on the same day of the week."""
    wanted = [(start + YEAR + timedelta(weeks=weeks), end + YEAR + timedelta(weeks=weeks)) for weeks in _weeks()]
    free = next((days for days in wanted if not obstacles(*days, breaks)), wanted[0])
    why = ", ".join(obstacles(*wanted[0], breaks)) if free != wanted[0] else ""
    return Proposal(*free, why, doubts(*free, breaks))


def doubts(start: date, end: date, breaks: Sequence[Break]) -> tuple[str, ...]:
    """What staff should know of these days: obstacles, and what is not known."""
    unknown = [UNKNOWN] if not all(is_known(day, breaks) for day in (start, end)) else []
    return (*obstacles(start, end, breaks), *unknown)


def obstacles(start: date, end: date, breaks: Iterable[Break]) -> tuple[str, ...]:
    """The public and school holidays that these days meet, in words."""
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    public = [f"{name} (jour férié)" for day in days if (name := public_holiday(day))]
    school = [each.name for each in breaks if each.first <= end and each.last >= start]
    return tuple(dict.fromkeys([*public, *school]))


def is_known(day: date, breaks: Sequence[Break]) -> bool:
    """Whether the recorded school holidays say whether there is school on *day*."""
    if any(each.first <= day <= each.last for each in breaks):
        return True
    before = max((each.last for each in breaks if each.last < day), default=None)
    after = min((each.first for each in breaks if each.first > day), default=None)
    return before is not None and after is not None and after - before <= LONGEST_TERM


def _weeks() -> Iterator[int]:
    """By how many weeks to move: 0, 1, -1, 2, -2 and so on."""
    yield 0
    for weeks in range(1, WEEKS_AROUND + 1):
        yield from (weeks, -weeks)
