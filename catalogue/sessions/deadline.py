"""Until when a request may be sent, and which sessions are still open. Pure: days come in, days go out.

The guide: « La demande d'inscription doit être faite au moins 11 jours avant la formation. » The number of
days and their unit are settings; a day ends at midnight in Paris, so callers pass Paris dates.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import count, islice

import holidays

CALENDAR = "calendar"
WORKING = "working"
UNITS = (CALENDAR, WORKING)
"""``calendar``: every day counts. ``working``: Monday to Friday without the French public holidays."""

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=2000)
def last_day_to_send(start: date, days: int, unit: str) -> date:
    """The last day, until midnight, on which a request for a session starting on *start* may leave.

    With 11 calendar days a session on the 21st closes on the 10th at midnight. In working days the days are
    counted back from the session: 11 of them before 8 December 2026 lead to 23 November.
    Raises ValueError for an unknown unit or a negative number of days.
    """
    _check(days, unit)
    if unit == CALENDAR or days == 0:
        return start - days * ONE_DAY
    return next(islice(_working_days(start - ONE_DAY, -ONE_DAY), days - 1, None))


@lru_cache(maxsize=100)
def first_open_start(today: date, days: int, unit: str) -> date:
    """The earliest start for which a request may still leave *today*: the inverse of ``last_day_to_send``.

    For every start from this day on, ``last_day_to_send(start) >= today``; for every earlier one it is past.
    """
    _check(days, unit)
    if unit == CALENDAR or days == 0:
        return today + days * ONE_DAY
    return next(islice(_working_days(today, ONE_DAY), days - 1, None)) + ONE_DAY


def working_day_after(day: date, days: int) -> date:
    """The day *days* working days after *day*: four after Friday is Thursday."""
    return next(islice(_working_days(day + ONE_DAY, ONE_DAY), days - 1, None)) if days else day


def delay_in_words(days: int, unit: str) -> str:
    """How long before the session, as officials read it: « 11 jours », « 11 jours ouvrés »."""
    _check(days, unit)
    plural = "s" if days > 1 else ""
    worked = f" ouvré{plural}" if unit == WORKING else ""
    return f"{days} jour{plural}{worked}"


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a public holiday in France."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def public_holiday(day: date) -> str:
    """The name of the French public holiday on *day*: « Toussaint »; empty when there is none."""
    return _public_holidays(day.year).get(day, "")


def _working_days(first: date, step: timedelta) -> Iterator[date]:
    return (day for day in (first + n * step for n in count()) if is_working_day(day))


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("FR", years=year))


def _check(days: int, unit: str) -> None:
    if unit not in UNITS:
        raise ValueError(f"unknown unit of the deadline: {unit!r}, expected one of {UNITS}")
    if days < 0:
        raise ValueError("the deadline cannot fall after the session")
