"""A migration leaves the code of before running: for a moment, or on another machine, both meet the same tables."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

APPS = ("core", "accounts", "catalogue", "enrolment")
BEFORE_THE_FIRST_DEPLOYMENT = {
    ("accounts", "0003_found_by"),
    ("accounts", "0004_address_failed"),
    ("catalogue", "0002_hourly_rule"),
    ("catalogue", "0005_demand"),
    ("core", "0005_recipient_digest"),
}
"""They add columns that a row of the code before would leave empty; no code was running. No other one joins them."""


@pytest.mark.postgres
@pytest.mark.django_db
def test_no_new_migration_breaks_the_code_that_runs_meanwhile():
    """A column that must be filled has a ``db_default``; what goes, goes one deployment after its last use."""
    wrong = set()
    for key, migration in MigrationLoader(connection).disk_migrations.items():
        if key[0] in APPS and not migration.initial:
            linter = MigrationLinter(no_cache=True, no_output=True)
            linter.lint_migration(migration)
            wrong |= {key} if linter.has_errors else set()
    assert wrong == BEFORE_THE_FIRST_DEPLOYMENT
