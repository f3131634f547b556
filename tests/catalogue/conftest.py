"""The demonstration catalogue on a fixed day, loaded once for the modules that ask for it."""

from datetime import date

import pytest
import time_machine
from django.db import transaction

from accounts.places import communes
from config.demo import catalogue

DAY = date(2026, 11, 23)
"""A Monday."""
AROUND = {"79", "42", "86"}


@pytest.fixture(scope="module")
def demo_loaded(django_db_setup, django_db_blocker):
    """The communes around and the thirty-eight trainings; undone after the module."""
    with django_db_blocker.unblock(), time_machine.travel("2026-11-23T09:00+01:00", tick=False), transaction.atomic():
        communes.load(entry for entry in communes.read() if entry.department in AROUND)
        catalogue.load(DAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo_catalogue(demo_loaded, db):
    """The demonstration catalogue as it is on Monday 23 November 2026."""
    with time_machine.travel("2026-11-23T09:00+01:00", tick=False):
        yield
