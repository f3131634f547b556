"""« Filtrer par date » above a list of the admin: years, then months, then days, from the first row to the last.

Django offers only the dates that have rows, and for this truncates the date of every row of the list, on SQLite by a
call of Python each. The first and the last entry of an index cost the same whatever the list holds; a day between them
may have nothing to show.
"""

from calendar import monthrange
from datetime import date, datetime
from typing import Any, cast

from django import template
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, Max, Min, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

register = template.Library()

PARTS = ("year", "month", "day")
ALL = "Toutes les dates"


@register.inclusion_tag("admin/date_hierarchy.html")
def days_of(cl: ChangeList) -> dict[str, Any]:
    """The dates by which the list may be narrowed, from what is asked of it already."""
    name = str(cl.date_hierarchy)
    field = cast("Field[Any, Any]", cl.opts.get_field(name))
    first, last = extent(cl.root_queryset, name)
    if first is None or last is None:
        return {"show": False}

    def step(title: str, *asked: int) -> dict[str, str]:
        chosen = {f"{name}__{part}": value for part, value in zip(PARTS, asked, strict=False)}
        return {"title": title, "link": cl.get_query_string(chosen, [f"{name}__"])}

    back = None
    match _asked(cl, name) or _shared(first, last):
        case []:
            choices = [step(str(year), year) for year in range(first.year, last.year + 1)]
        case [year]:
            back = step(ALL)
            months = [date(year, month, 1) for month in range(1, 13)]
            choices = [step(_month(each), year, each.month) for each in months if first.replace(day=1) <= each <= last]
        case [year, month]:
            back = step(str(year), year)
            days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
            choices = [step(_day(each), year, month, each.day) for each in days if first <= each <= last]
        case [year, month, day]:
            back = step(_month(date(year, month, 1)), year, month)
            choices = [{"title": _day(date(year, month, day))}]
    return {"show": True, "back": back, "choices": choices, "field_name": field.verbose_name}


def extent(rows: QuerySet[Any], name: str) -> tuple[date | None, date | None]:
    """The first and the last day of *rows*: two questions, since SQLite answers one of both by reading every row."""
    first = rows.aggregate(at=Min(name))["at"]
    last = rows.aggregate(at=Max(name))["at"] if first else None
    return _in_paris(first), _in_paris(last)


def _in_paris(at: date | datetime | None) -> date | None:
    return timezone.localdate(at) if isinstance(at, datetime) else at


def _asked(cl: ChangeList, name: str) -> list[int]:
    """Year, month, day, as far as the address says them; the list has refused what is no date."""
    asked: list[int] = []
    for part in PARTS:
        if f"{name}__{part}" not in cl.params:
            break
        asked.append(int(cl.params[f"{name}__{part}"]))
    return asked


def _shared(first: date, last: date) -> list[int]:
    """Year and month in which all rows are: nothing is to be chosen there."""
    if first.year != last.year:
        return []
    return [first.year, first.month] if first.month == last.month else [first.year]


def _month(day: date) -> str:
    return capfirst(date_format(day, "YEAR_MONTH_FORMAT"))


def _day(day: date) -> str:
    return capfirst(date_format(day, "MONTH_DAY_FORMAT"))
