"""Somebody who has an account."""

import pytest

from tests.factories import UserFactory


@pytest.fixture
def person():
    return UserFactory()
