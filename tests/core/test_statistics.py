"""What SQLite knows of its tables."""

import datetime

import pytest
from django.db import connection

from core import statistics
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes its statistics by itself"),
]


def known_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone() is None:
            return set()
        cursor.execute("SELECT tbl FROM sqlite_stat1")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(("hour", "taken"), [(0, 0), (1, 1), (2, 0), (12, 0)])
def test_they_are_taken_in_one_hour_of_the_night_in_paris(hour, taken):
    UserFactory()
    assert statistics.take_at_night(datetime.datetime(2026, 7, 1, hour, 30, tzinfo=datetime.UTC)) == taken
    assert ("accounts_user" in known_tables()) == bool(taken)
