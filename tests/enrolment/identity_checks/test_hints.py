"""What is known of a person besides the document, shown to who decides, and forgotten once it has served."""

from datetime import date

import pytest

from accounts.identity.birth_month import born_that_month, remember
from accounts.identity.nir import parse
from enrolment.identity_checks import checks, deciding
from enrolment.identity_checks.hints import Agreement, hints
from enrolment.models import IdentityCheck
from tests.factories import (
    IdentityCheckFactory,
    UserFactory,
    make_nir,
)

pytestmark = pytest.mark.django_db


def hint(check: IdentityCheck, what: str) -> Agreement:
    return next(each.agreement for each in hints(check) if each.what == what)


def test_the_birth_month_is_compared_without_being_kept(now):
    user = UserFactory(birth_date=None)
    remember(user, parse(make_nir(year=58, month=3)))
    user.refresh_from_db()
    assert "5803" not in user.birth_month_digest
    assert born_that_month(user, date(1958, 3, 31))
    assert born_that_month(user, date(1958, 4, 1)) is False
    assert hint(IdentityCheckFactory(user=user, birth_date=date(1958, 3, 14)), "Mois de naissance") == Agreement.AGREES
    differs = IdentityCheckFactory.build(user=user, birth_date=date(1959, 3, 14), birth_name="Moreau")
    assert hint(differs, "Mois de naissance") == Agreement.DIFFERS


def test_two_people_of_the_same_month_cannot_be_told_from_their_digests():
    users = UserFactory.create_batch(2)
    for user in users:
        remember(user, parse(make_nir(year=58, month=3)))
    assert len({user.birth_month_digest for user in users}) == 2


def test_a_month_that_the_nir_does_not_tell_is_not_compared():
    user = UserFactory()
    remember(user, parse("150317800608488"))
    assert born_that_month(user, date(1950, 3, 1)) is None


def test_the_month_is_forgotten_once_the_identity_is_certified(staff, card, both_sides, now):
    user = UserFactory()
    remember(user, parse(make_nir(year=58, month=3)))
    deciding.approve(checks.submit_documents(user, card, both_sides, now), staff, now)
    user.refresh_from_db()
    assert user.birth_month_digest == ""


def test_the_register_and_the_birth_name_are_hints(official):
    check = IdentityCheckFactory(user=official, birth_name="MOREAU", first_names="Jeanne Louise")
    assert hint(check, "Nom de naissance") == Agreement.AGREES
    assert hint(check, "Répertoire des élus") == Agreement.AGREES
    check.birth_name = "Petit"
    assert hint(check, "Nom de naissance") == Agreement.DIFFERS
    assert hint(check, "Répertoire des élus") == Agreement.UNKNOWN
    check.birth_name, check.birth_date = "Moreau", date(1960, 1, 1)
    assert hint(check, "Répertoire des élus") == Agreement.DIFFERS
