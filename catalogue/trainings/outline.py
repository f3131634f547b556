"""What everybody may read of the catalogue without logging in: titles, dates, towns and last days of open sessions."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.text import capfirst

from catalogue.models import Session, address_of, where
from catalogue.sessions.in_force import first_open_start, leaf_before
from core import french
from core.leaves import Leaf

SHOWN_AT_HOME = 5
"""What the last day is for, as the leaf says it."""


@dataclass(frozen=True, slots=True)
class OutlineCard:
    """One open session in a list: its leaf, its training's title and address, when and where, in words."""

    url: str
    title: str
    leaves: tuple[Leaf, ...]
    lines: tuple[str, ...]


class Row(NamedTuple):
    """What a card needs of a session: the columns that are read, no more."""

    start: date
    end: date
    remote: bool
    place__commune__name: str | None
    training__reference: str
    training__title: str


def next_open_sessions(today: date, limit: int | None = None) -> list[OutlineCard]:
    """The sessions of published trainings that still take requests *today*, the one that closes first at the top."""
    found = _PUBLISHED.open_from(first_open_start(today))
    return [_card(Row(*row), today) for row in found.values_list(*Row._fields)[:limit]]


_PUBLISHED = Session.objects.of_published().order_by("start", "pk")


def _card(row: Row, today: date) -> OutlineCard:
    return OutlineCard(
        url=address_of(row.training__reference),
        title=row.training__title,
        leaves=(leaf_before(row.start, today),),
        lines=(capfirst(french.span(row.start, row.end)), capfirst(where(row.place__commune__name, remote=row.remote))),
    )
