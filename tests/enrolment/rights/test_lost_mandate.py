"""Credits follow the mandate: taken back when it is lost, as far as they are free, and given again when it returns."""

from decimal import Decimal

import pytest
from django.utils import timezone

from enrolment.rights import ledger
from tests.factories import EnrolmentFactory, OfficialFactory

pytestmark = pytest.mark.django_db
LOST = "Le mandat qui donnait ce crédit n'est plus reconnu."
BACK = "Le mandat est de nouveau reconnu."


@pytest.fixture
def official():
    """Somebody credited of 400 € for 2025 and for 2026."""
    person = OfficialFactory(rights=0, mandate=None)
    credit(person, 2025)
    credit(person, 2026)
    return person


def credit(person, year):
    return ledger.credit(person, Decimal(400), year, timezone.now(), cap=Decimal(1200))


def movements(person):
    return [(entry.year, entry.kind, entry.amount, entry.reason) for entry in person.ledger.order_by("id")]


def balance(person):
    person.refresh_from_db()
    assert person.rights_balance == ledger.credited_rights(person)
    return person.rights_balance


def test_every_credit_is_taken_back_with_a_line_a_year_that_says_why(official):
    assert ledger.take_back_credits(official, timezone.now()) == Decimal(800)
    assert movements(official)[2:] == [
        (2025, "correction", Decimal(-400), LOST),
        (2026, "correction", Decimal(-400), LOST),
    ]
    assert balance(official) == 0


def test_what_is_taken_back_once_is_not_taken_again(official):
    ledger.take_back_credits(official, timezone.now())
    assert ledger.take_back_credits(official, timezone.now()) == 0
    assert len(movements(official)) == 4


def test_what_was_corrected_by_staff_is_no_credit_that_a_mandate_takes_back(official):
    ledger.correct(official, Decimal(-300), "déjà utilisé", None, timezone.now())
    assert ledger.take_back_credits(official, timezone.now()) == Decimal(500)
    assert balance(official) == 0


def test_what_was_not_free_is_taken_when_a_dossier_gives_back(official):
    ledger.correct(official, Decimal(-700), "déjà utilisé", None, timezone.now())
    dossier = EnrolmentFactory(user=official)
    ledger.reserve(dossier, Decimal(50), timezone.now())
    ledger.take_back_credits(official, timezone.now())
    ledger.correct(official, Decimal(500), "retrouvé", None, timezone.now())
    ledger.release(dossier, timezone.now())
    assert balance(official) == 0
    assert [line[2] for line in movements(official) if line[0] == 2025] == [Decimal(400), Decimal(-100), Decimal(-300)]


def test_the_credit_comes_back_with_the_mandate_for_its_year_alone(official):
    ledger.take_back_credits(official, timezone.now())
    entry = credit(official, 2026)
    assert (entry.user, entry.kind, entry.amount, entry.year, entry.reason) == (
        official,
        "correction",
        Decimal(400),
        2026,
        BACK,
    )
    assert balance(official) == Decimal(400)


def test_a_credit_that_came_back_is_not_given_twice_and_can_be_lost_again(official):
    ledger.take_back_credits(official, timezone.now())
    credit(official, 2026)
    assert credit(official, 2026) is None
    assert ledger.take_back_credits(official, timezone.now()) == Decimal(400)
    assert balance(official) == 0


def test_a_credit_that_was_never_lost_is_not_given_again(official):
    assert credit(official, 2026) is None
    assert balance(official) == Decimal(800)


def test_a_release_takes_nothing_from_who_keeps_a_mandate(official):
    dossier = EnrolmentFactory(user=official)
    ledger.reserve(dossier, Decimal(50), timezone.now())
    ledger.release(dossier, timezone.now())
    assert balance(official) == Decimal(800)


def test_the_mandates_of_others_are_theirs(official):
    other = OfficialFactory(rights=0, mandate=None)
    credit(other, 2026)
    ledger.take_back_credits(other, timezone.now())
    assert balance(official) == Decimal(800)
    assert credit(official, 2026) is None
    ledger.take_back_credits(official, timezone.now())
    assert balance(official) == 0
    assert credit(other, 2026).user == other
    assert balance(other) == Decimal(400)
    assert balance(official) == 0
