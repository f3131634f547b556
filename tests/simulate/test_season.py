"""A season played at random: bounded here, for as long as one likes with ``make simulate``."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulate.season import Season

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
