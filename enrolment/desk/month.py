"""The sessions of a month, as a calendar on the wall shows them."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse

from catalogue.admin.figures import with_session_figures
from catalogue.models import Session, where
from catalogue.sessions.deadline import is_working_day
from core import french

FURTHEST = 100
"""Years from today that a calendar shows."""
A_DAY = 4
"""Sessions that a day shows at most; the list has the others."""


@dataclass(frozen=True)
class Day:
    """One cell: its day, its first sessions and how many more, whether people work then, whether it is of the month."""

    date: date
    sessions: list[dict[str, Any]]
    more: int
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
    held = Session.objects.filter(start__lte=end, end__gte=begin).order_by("start", "id")
    spans = list(held.values_list("pk", "start", "end"))
    on: dict[date, list[int]] = {each: [] for week in weeks for each in week}
    for pk, start, last in spans:
        for number in range((min(last, end) - max(start, begin)).days + 1):
            on[max(start, begin) + timedelta(days=number)].append(pk)
    sessions = _told({pk for keys in on.values() for pk in keys[:A_DAY]})
    return {
        "month": french.month(first).capitalize(),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}",
        "names": french.DAYS,
        "weeks": [[_day(each, on[each], sessions, first, today) for each in week] for week in weeks],
        "count": sum(start.month == first.month and start.year == first.year for _, start, _ in spans),
    }


def _told(shown: set[int]) -> dict[int, dict[str, Any]]:
    """What a cell says of each of these sessions."""
    rows = with_session_figures(Session.objects.filter(pk__in=shown)).values(
        "pk", "remote", "seats", "seats_taken", "cancelled_at", "requests",
        title=F("training__title"), commune=F("place__commune__name"),
    )  # fmt: skip
    every = reverse("admin:catalogue_session_changelist")
    return {
        row["pk"]: {
            **row,
            "url": f"{every}{row['pk']}/change/",  # written once: two hundred times `reverse` take a third of the page
            "town": where(row["commune"], remote=row["remote"]),
        }
        for row in rows
    }


def _day(each: date, keys: list[int], sessions: dict[int, dict[str, Any]], first: date, today: date) -> Day:
    here = [sessions[key] for key in keys[:A_DAY]]
    return Day(each, here, len(keys) - len(here), is_working_day(each), each.month == first.month, each == today)
