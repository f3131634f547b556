"""What one browser and one network may begin: anybody can, without an account, and each beginning takes room."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest

from core import throttling
from core.models import Draft

MOST_DRAFTS = 30
"""Live drafts of one path in one browser; a shared computer of a town hall has a few."""
UNTOUCHED_FOR = timedelta(days=7)
"""A draft none of whose steps was ever right is kept so long: a page left by a robot, or at the first mistake."""


def admit(request: HttpRequest, drafts: QuerySet[Draft], now: datetime) -> None:
    """Allow one more draft beside the live *drafts* of its owner. Raises ``throttling.TooManyError``.

    Where there are too many, those without one right answer make room first.
    """
    throttling.refuse_beyond("draft-network", throttling.network(request), now)
    excess = drafts.count() - MOST_DRAFTS + 1
    if excess <= 0:
        return
    worthless = [draft.pk for draft in drafts.order_by("changed_at", "pk") if not has_right_step(draft)][:excess]
    if len(worthless) < excess:
        raise throttling.TooManyError(timedelta(days=1))
    Draft.objects.filter(pk__in=worthless).delete()


def has_right_step(draft: Draft) -> bool:
    """Whether at least one step of *draft* was submitted without a mistake."""
    return any(step.get("valid") for step in draft.answers.values())


def kept_until(draft: Draft, usual: datetime, now: datetime) -> datetime:
    """Until when *draft* is kept, *usual* being what its path says: less without one right answer."""
    return usual if has_right_step(draft) else min(usual, now + UNTOUCHED_FOR)
