"""Where people give up: each step counted when a draft passes it, once a draft, by day and without anybody.

The draft remembers which of its steps were counted; the count itself knows neither the draft nor its owner.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from core.models import Draft, StepCount

BEGUN = "commence"
"""The first thing typed, right or wrong, is counted as a step of its own."""
COUNTED = "counted"
"""Name, beside the answers of a draft, of the steps that were counted."""
KEPT_FOR = timedelta(days=5 * 365)


def mark(draft: Draft, passed: Iterable[str]) -> list[str]:
    """Note in *draft*, not saved, that these steps are counted; those that were not yet."""
    extra = draft.extra
    known = list(extra.get(COUNTED, []))
    new = [name for name in (BEGUN, *passed) if name not in known]
    if new:
        draft.keep(extra={**extra, COUNTED: known + new})
    return new


def add(path: str, steps: Iterable[str], day: date) -> None:
    """Count one more for each of *steps*; last in its transaction, for these rows are everybody's."""
    for step in sorted(steps):
        StepCount.objects.get_or_create(day=day, path=path, step=step)
        StepCount.objects.filter(day=day, path=path, step=step).update(times=F("times") + 1)


def purge(now: datetime) -> int:
    """Forget the days of long ago. Return how many rows."""
    return StepCount.objects.filter(day__lt=timezone.localdate(now) - KEPT_FOR).delete()[0]
