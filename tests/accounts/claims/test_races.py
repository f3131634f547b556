"""At the same instant: one outcome, on both engines; ledgers and seats add up."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.claims import takeover
from accounts.identity import nir as nir_rules
from accounts.mandates import recognition
from accounts.models import FranceConnectIdentity, IdentityCase, User
from accounts.signup.service import create_account
from enrolment.dossiers import workflow
from enrolment.dossiers.sent import Sending
from enrolment.models import Enrolment, LedgerEntry, Proof
from enrolment.rights.ledger import CREDITED
from tests.accounts.claims.test_takeover import NEWCOMER, NIR, identity
from tests.accounts.signup.test_concurrency import at_once
from tests.factories import (
    EnrolmentFactory,
    LedgerEntryFactory,
    MandateFactory,
    ScaleFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3
"""Each race is run so many times: who comes first differs from run to run."""


def squatter() -> User:
    return UserFactory(nir=NIR.digits13 + NIR.key, first_names="", email="ancienne@courriel.example")


def owner_arrives(sub: str = "jeanne") -> Callable[[], User]:
    return lambda: create_account(
        NIR, NEWCOMER, password=None, now=timezone.now(), identity=identity(sub=sub), take_over=True
    )


def holders() -> list[User]:
    return list(User.objects.filter(nir_digest=nir_rules.digest(NIR)))


def all_adds_up() -> None:
    for user in User.objects.all():
        assert user.rights_balance == sum(
            entry.amount for entry in LedgerEntry.objects.filter(user=user, kind__in=CREDITED)
        )
        assert user.rights_balance >= 0
    for dossier in Enrolment.objects.select_related("session"):
        seated = Enrolment.objects.filter(session=dossier.session, state__in=("sent", "accepted")).count()
        assert dossier.session.seats_taken == seated


@pytest.fixture(autouse=True)
def scale():
    ScaleFactory()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_proofs_of_one_mandate(round_):
    mandate = MandateFactory(user=None, birth_name="MOREAU")
    people = [UserFactory(certified_by="document") for _ in range(2)]
    results = at_once(*(lambda person=person: recognition.attach_surely(person) for person in people))
    assert sorted(map(str, results)) == ["0", "1"]
    mandate.refresh_from_db()
    loser = next(person for person in people if person != mandate.user)
    case = IdentityCase.objects.get()
    assert (case.kind, case.user, case.other) == ("mandate-contested", loser, mandate.user)
    credited = LedgerEntry.objects.values_list("user", flat=True)
    assert list(credited) == [mandate.user_id]
    all_adds_up()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_declaration_and_a_proof_of_one_mandate(round_):
    mandate = MandateFactory(user=None, birth_name="MOREAU")
    declaring = UserFactory(first_names="", birth_date=None)
    recognition.propose_mandates(declaring, NIR)
    proved = UserFactory(certified_by="document")
    at_once(
        lambda: recognition.confirm(mandate.pk, declaring),
        lambda: recognition.attach_surely(proved),
    )
    mandate.refresh_from_db()
    assert mandate.user == proved
    assert not recognition.declared_by(declaring).exists()
    assert not LedgerEntry.objects.filter(user=declaring).exists()
    all_adds_up()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_give_a_mandate_while_a_proof_comes(round_):
    mandate = MandateFactory(user=None, birth_name="MOREAU")
    given, proved = UserFactory(), UserFactory(certified_by="document")
    at_once(lambda: recognition.attach(mandate, given), lambda: recognition.attach_surely(proved))
    mandate.refresh_from_db()
    assert mandate.user in {given, proved}
    other = proved if mandate.user == given else given
    other.refresh_from_db()
    assert other.rights_balance == 0
    all_adds_up()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_takeover_while_the_squatter_sends_a_dossier(round_):
    old = squatter()
    LedgerEntryFactory(user=old, amount=300)
    User.objects.filter(pk=old.pk).update(rights_balance=300)
    old.refresh_from_db()
    dossier = EnrolmentFactory(user=old)
    price = dossier.session.training.price
    sending = Sending(
        answers={"birth_name": "X", "first_names": "Y"}, price=price, rights=price, proof=Proof.FRANCECONNECT
    )
    results = at_once(lambda: workflow.submit(dossier, old, timezone.now(), sending), owner_arrives())
    new = results[1]
    assert isinstance(new, User), new
    assert holders() == [new]
    old.refresh_from_db()
    dossier.refresh_from_db()
    assert not old.is_active
    assert dossier.user == old
    assert dossier.state in {"draft", "sent"}, "sent just before, its seat is kept; after, it does not leave"
    all_adds_up()


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("subs", [("jeanne", "jeanne"), ("jeanne", "autre")])
def test_takeover_twice(subs, round_):
    old = squatter()
    results = at_once(*(owner_arrives(sub) for sub in subs))
    made = [result for result in results if isinstance(result, User)]
    assert len(made) == 1, results
    assert holders() == made
    assert FranceConnectIdentity.objects.count() == 1
    assert IdentityCase.objects.filter(kind="number-taken").count() == 1
    old.refresh_from_db()
    assert old.frozen_at is not None


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_release_while_the_owner_arrives(round_):
    old, staff = squatter(), StaffFactory()
    results = at_once(lambda: takeover.release(old, staff, "pièce vue", timezone.now()), owner_arrives())
    assert isinstance(results[1], User), results
    assert holders() == [results[1]]
    old.refresh_from_db()
    assert (old.is_active, old.nir_digest) == (False, None)
    assert not isinstance(results[0], Exception) or isinstance(results[0], takeover.TakeoverError)
    assert IdentityCase.objects.filter(kind__in=("number-taken", "number-released")).count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_restore_while_the_dossiers_are_moved(round_):
    old = squatter()
    dossier = EnrolmentFactory(user=old)
    new = owner_arrives()()
    old.refresh_from_db()
    staff = StaffFactory()
    at_once(
        lambda: takeover.restore(old, staff, "c'est bien lui", timezone.now()),
        lambda: takeover.move_dossiers(old, staff, "c'est bien elle", timezone.now()),
    )
    dossier.refresh_from_db()
    assert dossier.user in {old, new}
    assert len(holders()) == 1
    all_adds_up()
