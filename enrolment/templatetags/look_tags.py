"""What the look adds to the facts: days in brief, the order of a training's sessions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template

from core import french

register = template.Library()


@register.filter
def in_brief(day: date) -> str:
    """« 17 déc. 2026 »."""
    return french.day_in_brief(day)


@register.filter
def open_first(offers: Iterable[Any]) -> list[Any]:
    """A training's sessions: the person's own, then the open, the full that may be waited for, and the closed.

    Among these, what the person can still complete first: identity checked here in time, paid by the DIF in time.
    """
    return sorted(offers, key=_place)


def _place(offer: Any) -> tuple[int, int, date]:
    if offer.my_enrolment and not offer.is_cancelled:
        rank = 0
    elif offer.is_open:
        rank = 1
    else:
        rank = 2 if offer.may_wait else 3
    return rank, offer.hurdles, offer.session.start
