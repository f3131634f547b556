"""The sessions of a month, as a calendar on the wall shows them."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from catalogue.admin.figures import with_session_figures
from catalogue.models import Session
from catalogue.sessions.deadline import is_working_day
from core import french

FURTHEST = 100
"""Years from today that a calendar shows."""


@dataclass(frozen=True)
class Day:
    """One cell: its day, its sessions, whether people work then and whether it belongs to the month."""

    date: date
    sessions: list[Any]
    works: bool
    inside: bool
    today: bool


def month_of(text: str, today: date) -> date:
    """The first day of « 2026-12 »; of this month when it is no month."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs(asked.year - today.year) <= FURTHEST else today.replace(day=1)


def page_of(first: date, today: date) -> dict[str, Any]:
    """The context of ``templates/desk/month.html``."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    begin, end = weeks[0][0], weeks[-1][-1]
    shown = Session.objects.filter(start__lte=end, end__gte=begin).select_related("training", "place__commune")
    sessions = list(with_session_figures(shown).order_by("start", "id"))
    return {
        "month": french.month(first).capitalize(),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}",
        "names": french.DAYS,
        "weeks": [[_day(each, sessions, first, today) for each in week] for week in weeks],
        "count": sum(each.start.month == first.month and each.start.year == first.year for each in sessions),
    }


def _day(each: date, sessions: list[Any], first: date, today: date) -> Day:
    here = [session for session in sessions if session.start <= each <= session.end]
    return Day(each, here, is_working_day(each), each.month == first.month, each == today)
