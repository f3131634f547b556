"""A season played at random, bounded here, long with ``make simulate``; and those that once broke a rule."""

import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from enrolment.dossiers.facts import Situation
from enrolment.models import Enrolment
from tests.simulate.season import BEGINNINGS, Season

SEASONS = int(os.environ.get("SEASONS", "12"))
STEPS = int(os.environ.get("STEPS", "30"))


@pytest.mark.django_db
def test_whatever_happens_in_a_season_the_rules_hold() -> None:
    played = settings(
        max_examples=SEASONS,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Season, settings=played)


@pytest.fixture
def season(db):
    """A season that begins in October, whose acts are called one by one."""
    played = Season()
    played.a_season_begins(begin=BEGINNINGS[0], price=Decimal(200))
    yield played
    played.teardown()


# Found by a season: what broke a rule once, shortened to what it takes ------------------------------


def test_found_a_milestone_was_to_do_by_a_day_that_had_passed(season):
    """A request paid by the DIF, of which nobody said anything on MCF, kept « à faire » with its last day behind it."""
    season.an_identity_is_verified(who=0)
    season.a_dossier_is_opened(who=0, where=2)
    season.a_request_is_sent(number=0, funding="dif", risk=True, stale=False)
    days = 0
    while timezone.localdate() < season._session(2).start:
        season.everything_holds()
        season.time_passes(hop="a day")
        days += 1
    season.everything_holds()
    dossier = Enrolment.objects.select_related("session__training__body", "session__place__commune", "user").get()
    tasks = Situation(dossier.user, timezone.now()).checklist(dossier.session, dossier).tasks
    assert dossier.state == "sent"
    assert days == 30
    assert tasks


def test_found_a_milestone_validated_late_was_to_do_by_a_day_that_had_passed(season):
    """The same once a request exists on MCF and waits for the body's proposal, then for the person's answer."""
    season.an_identity_is_verified(who=0)
    season.a_dossier_is_opened(who=0, where=2)
    season.a_request_is_sent(number=0, funding="dif", risk=True, stale=False)
    season.something_happens_on_mcf(number=0, milestone="requested", back=False)
    while timezone.localdate() + timedelta(days=2) < season._session(2).start:
        season.time_passes(hop="a day")
        season.everything_holds()
    season.something_happens_on_mcf(number=0, milestone="proposed", back=False)
    season.everything_holds()
