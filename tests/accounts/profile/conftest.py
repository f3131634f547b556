"""Somebody whose address is confirmed, and their browser."""

import pytest
from django.utils import timezone

from tests.accounts.login.proofs import fresh
from tests.accounts.profile.browsers import browser_of
from tests.factories import (
    UserFactory,
)


@pytest.fixture
def person():
    return UserFactory(email="jeanne@courriel.example", email_confirmed_at=timezone.now())


@pytest.fixture
def visitor(person):
    """The person's browser, where they have just proved themselves."""
    return fresh(browser_of(person))
