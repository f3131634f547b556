"""How many rows the tables hold, by which SQLite chooses its way through a query; PostgreSQL finds out by itself."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

NIGHT = 3
"""The hour, in Paris, in which they are taken."""


def take_at_night(now: datetime) -> int:
    """Take them in the hour ``NIGHT``. Return how many databases were looked at."""
    return take() if timezone.localtime(now).hour == NIGHT else 0


def take() -> int:
    """Take them now, on SQLite. Return how many databases were looked at.

    A tenth of a second for 60 MB; to look at a sample alone (``analysis_limit``) led it to worse ways.
    """
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return 1
