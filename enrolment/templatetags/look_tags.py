"""What the look adds to the facts: the leaf of a day, the order of a training's sessions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from catalogue.sessions.in_force import leaf_before
from core import french, leaves
from core.leaves import Leaf

register = template.Library()


@register.filter
def last_day_leaf(start: date) -> Leaf:
    """The leaf of the last day to act for a session that begins on *start*, as it stands today."""
    return leaf_before(start, timezone.localdate())


@register.filter
def event_leaf(day: date, head: str) -> Leaf:
    """The green leaf of a day on which nothing is asked; *head* names it."""
    return leaves.event(day, timezone.localdate(), head)


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
