"""What is not needed any more is deleted; ``run_periodic`` calls these, ``manage.py purge_accounts`` too."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from accounts.login import browsers
from core import outbox, throttling
from core.models import Draft

TASKS_KEPT_FOR = timedelta(days=30)
"""The rows of tasks that ended stay so long, for who looks into a failure."""


def purge_drafts(now: datetime) -> int:
    """Delete the drafts that have expired, whatever their path; how many."""
    return Draft.objects.filter(expires_at__lte=now).delete()[0]


def purge_all(now: datetime) -> dict[str, int]:
    """Everything of this app that has had its time: how many rows, by what they were."""
    return {
        "brouillons": purge_drafts(now),
        "sessions": browsers.purge(now),
        "freins": throttling.purge(now),
        "mails": outbox.purge_mails(now),
        "tâches": DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT_FOR).delete()[0],
    }
