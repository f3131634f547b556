"""The person and the staff at the same second, on real connections: one outcome, and no copy left behind."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from enrolment.identity_checks import checks, deciding
from enrolment.identity_checks.checks import IdentityError, Status
from enrolment.models import IdentityCheck, IdentityDocument
from tests.enrolment.dossiers.test_concurrency import at_once
from tests.factories import OfficialFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def attempt(action):
    """*action*, its refusal being an outcome among others."""

    def run():
        try:
            return action()
        except IdentityError as error:
            return error

    return run


@pytest.fixture
def official():
    return OfficialFactory()


@pytest.fixture
def check(official, card, both_sides):
    return checks.submit_documents(official, card, both_sides, timezone.now())


@pytest.mark.parametrize("_", range(3))
def test_two_tabs_send_one_check(_, official, card, both_sides):
    def send():
        return checks.submit_documents(official, card, both_sides, timezone.now())

    outcomes = at_once(*[attempt(send)] * 3)
    assert not any(isinstance(outcome, IntegrityError | IdentityError) for outcome in outcomes)
    check = IdentityCheck.objects.get()
    assert (check.status, check.version, check.documents.count()) == (Status.PENDING, 3, 2)


@pytest.mark.parametrize("_", range(3))
def test_two_staff_decide_once(_, check):
    one, other = StaffFactory.create_batch(2)
    now = timezone.now()
    outcomes = at_once(
        attempt(lambda: deciding.approve(check, one, now, version=1)),
        attempt(lambda: deciding.refuse(check, other, "La photo est floue.", now, version=1)),
    )
    assert sum(isinstance(outcome, IdentityError) for outcome in outcomes) == 1
    check.refresh_from_db()
    assert check.status in {Status.APPROVED, Status.REFUSED}
    assert check.events.exclude(kind="submitted").count() == 1
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize("_", range(3))
def test_staff_approve_while_the_person_replaces(_, official, check, card, photo):
    now, staff = timezone.now(), StaffFactory()
    outcomes = at_once(
        attempt(lambda: deciding.approve(check, staff, now, version=1)),
        attempt(lambda: checks.submit_documents(official, card, {"back": photo}, now)),
    )
    assert sum(isinstance(outcome, IdentityError) for outcome in outcomes) == 1
    check.refresh_from_db()
    approved = check.status == Status.APPROVED
    assert approved or (check.status, check.version) == (Status.PENDING, 2)
    assert IdentityDocument.objects.count() == (0 if approved else 2)


@pytest.mark.parametrize("_", range(3))
def test_staff_approve_while_the_person_withdraws(_, official, check):
    now, staff = timezone.now(), StaffFactory()
    at_once(
        attempt(lambda: deciding.approve(check, staff, now, version=1)),
        attempt(lambda: checks.withdraw(official, now)),
    )
    check.refresh_from_db()
    assert check.status in {Status.APPROVED, Status.WITHDRAWN}
    assert check.events.exclude(kind="submitted").count() == 1
    assert not IdentityDocument.objects.exists()
