"""Who has a scarce thing after two people have claimed it, and who was told: the whole table, on the database."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.claims import takeover
from accounts.claims.takeover import TakeoverError, WaitsForStaffError
from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity, IdentityTakenError, attach
from accounts.identity.proof import Agreement
from accounts.mandates import recognition
from accounts.models import FranceConnectIdentity, IdentityCase, MandateClaim, User
from accounts.signup.service import AlreadyRegisteredError, create_account
from enrolment.dossiers.sent import Sending
from enrolment.models import LedgerEntry
from enrolment.rights.ledger import CREDITED
from tests.accounts.login.proofs import fresh
from tests.factories import (
    EnrolmentFactory,
    FranceConnectIdentityFactory,
    IdentityCheckFactory,
    LedgerEntryFactory,
    MandateFactory,
    StaffFactory,
    UserFactory,
    make_nir,
)

pytestmark = pytest.mark.django_db

NIR = nir_rules.parse(make_nir(sex=2, year=58, month=3, place="79191"))
ISSUER = "https://oidc.franceconnect.example/api/v2"
NEWCOMER = {"birth_name": "Moreau", "email": "vraie@courriel.example", "mobile": "+33612345678"}


def identity(**changes) -> CertifiedIdentity:
    """Jeanne Moreau, born on 14 March 1958 in Niort, as FranceConnect certifies her: the person of NIR."""
    known = {"issuer": ISSUER, "sub": "jeanne", "birth_name": "MOREAU", "first_names": "Jeanne"}
    born = {"birthdate": "1958-03-14", "sex": "F", "birthplace": "79191", "birth_country": "99100"}
    return CertifiedIdentity(**known | born | changes)


def account_of(degree: str, **fields) -> User:
    """An account known to this degree: "" declared, "document", "franceconnect"."""
    user = UserFactory(nir=NIR.digits13 + NIR.key, email="ancienne@courriel.example", certified_by=degree, **fields)
    if degree == "franceconnect":
        FranceConnectIdentityFactory(user=user, issuer=ISSUER, sub="other")
    return user


def arrive(degree: str, *, take_over: bool = True, **changes):
    """Somebody with the same number makes an account: declared, or certified by FranceConnect."""
    certified = identity(**changes) if degree == "franceconnect" else None
    password = None if certified else "Prairie-Verte79"
    return create_account(NIR, NEWCOMER, password=password, now=timezone.now(), identity=certified, take_over=take_over)


def holder_of_the_number() -> User | None:
    return User.objects.filter(nir_digest=nir_rules.digest(NIR)).first()


def told(run_tasks, mailoutbox) -> set[str]:
    """Who was written to; staff are « contact@ »."""
    run_tasks()
    return {message.to[0].split("@")[0] for message in mailoutbox}


# The number ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "arriving", "gets_it", "are_told", "case"),
    [
        ("", "", False, set(), ""),
        ("document", "", False, set(), ""),
        ("franceconnect", "", False, set(), ""),
        ("", "franceconnect", True, {"ancienne", "vraie"}, "number-taken"),
        ("document", "franceconnect", False, {"ancienne", "vraie", "contact"}, "number-contested"),
        ("franceconnect", "franceconnect", False, {"ancienne", "vraie", "contact"}, "number-contested"),
    ],
)
def test_a_number_by_degrees(held, arriving, gets_it, are_told, case, run_tasks, mailoutbox):
    old = account_of(held)
    try:
        new = arrive(arriving)
    except AlreadyRegisteredError:
        new = None
    except WaitsForStaffError as error:
        takeover.ask_staff(error, identity(), email=NEWCOMER["email"], phone="", now=timezone.now())
        new = None
    assert bool(new) == gets_it
    assert holder_of_the_number() == (new or old)
    old.refresh_from_db()
    assert old.is_active != gets_it
    assert {one.kind for one in IdentityCase.objects.all()} == ({case} if case else set())
    assert told(run_tasks, mailoutbox) == are_told


@pytest.mark.parametrize("holder", ["document", "franceconnect"])
def test_a_question_for_staff_is_asked_once_while_it_is_open(holder, run_tasks, mailoutbox):
    account_of(holder)
    for _ in range(3):
        with pytest.raises(WaitsForStaffError) as caught:
            arrive("franceconnect")
        takeover.ask_staff(caught.value, identity(), email=NEWCOMER["email"], phone="", now=timezone.now())
    assert IdentityCase.objects.count() == 1
    run_tasks()
    assert len(mailoutbox) == 3


@pytest.mark.parametrize(
    ("changes", "how_well"),
    [
        ({}, Agreement.WHOLE),
        ({"birthplace": ""}, Agreement.PARTIAL),
        ({"birthplace": "79202"}, Agreement.PARTIAL),
        ({"birthdate": "1958-00-00"}, Agreement.PARTIAL),
        ({"sex": ""}, Agreement.PARTIAL),
        ({"sex": "M"}, Agreement.NONE),
        ({"birthdate": "1958-04-14"}, Agreement.NONE),
        ({"birthplace": "86194"}, Agreement.PARTIAL),
    ],
)
def test_how_a_number_and_an_identity_go_together(changes, how_well):
    assert takeover.how_well(identity(**changes), NIR) is how_well


def test_the_country_is_the_place_of_who_was_born_abroad():
    abroad = nir_rules.parse(make_nir(place="99109"))
    born = identity(birthplace="", birth_country="99109")
    assert takeover.how_well(born, abroad) is Agreement.WHOLE
    assert takeover.how_well(identity(birthplace="", birth_country="99110"), abroad) is not Agreement.WHOLE


def test_a_place_that_cannot_be_compared_waits_for_staff():
    old = account_of("")
    with pytest.raises(WaitsForStaffError) as caught:
        arrive("franceconnect", birthplace="79202")
    assert caught.value.kind == IdentityCase.Kind.NUMBER_WAITS
    assert holder_of_the_number() == old


def test_who_arrives_is_first_asked_for_the_password_unless_the_account_has_lapsed():
    old = account_of("", email_confirmed_at=None)
    with pytest.raises(AlreadyRegisteredError):
        arrive("franceconnect", take_over=False)
    User.objects.update(date_joined=timezone.now() - datetime.timedelta(days=7, hours=1))
    assert arrive("franceconnect", take_over=False) == holder_of_the_number() != old


def test_a_lapsed_account_frees_nothing_for_who_only_declares():
    old = account_of("", email_confirmed_at=None, date_joined=timezone.now() - datetime.timedelta(days=60))
    with pytest.raises(AlreadyRegisteredError):
        arrive("", take_over=True)
    assert holder_of_the_number() == old


def test_nothing_of_the_old_account_is_in_the_new_one_and_its_seats_stay(as_user):
    old = account_of("", first_names="Pirate", street_name="du Port", usual_name="Barbe")
    dossier = EnrolmentFactory(user=old, needs="accès")
    new = arrive("franceconnect")
    page = as_user(new).get("/mon-compte/").text + as_user(new).get("/inscriptions/").text
    for word in ("Pirate", "du Port", "Barbe", "ancienne@"):
        assert word not in page
    dossier.refresh_from_db()
    assert (dossier.user, dossier.state) == (old, "draft")


def test_nobody_is_named_to_the_other(run_tasks, mailoutbox):
    account_of("", birth_name="Pirate", usual_name="", first_names="Jean")
    arrive("franceconnect")
    run_tasks()
    by_reader = {message.to[0]: message.subject + message.body for message in mailoutbox}
    for word in ("Moreau", "MOREAU", "Jeanne", "vraie@"):
        assert word not in by_reader["ancienne@courriel.example"]
    for word in ("Pirate", "PIRATE", "ancienne@"):
        assert word not in by_reader["vraie@courriel.example"]


# A mandate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", ["nobody", "declared", "document", "franceconnect", "staff", "frozen"])
@pytest.mark.parametrize("arriving", ["declared", "document", "franceconnect"])
def test_a_mandate_by_degrees(held, arriving, run_tasks, mailoutbox):
    mandate = MandateFactory(user=None, birth_name="MOREAU")
    old = UserFactory(
        email="ancienne@courriel.example", certified_by="" if held in {"declared", "staff"} else "document"
    )
    if held == "franceconnect":
        User.objects.filter(pk=old.pk).update(certified_by="franceconnect")
        old.refresh_from_db()
    if held == "declared":
        MandateClaim.objects.create(mandate=mandate, user=old, answer="yes")
    elif held == "staff":
        recognition.attach(mandate, old)
    elif held != "nobody":
        recognition.attach_surely(old)
    if held == "frozen":
        takeover.freeze(User.objects.get(pk=old.pk), timezone.now())
    new = UserFactory(email="vraie@courriel.example", certified_by="" if arriving == "declared" else arriving)
    if arriving == "declared":
        recognition.propose_mandates(new, NIR)
    else:
        recognition.attach_surely(new)
    mandate.refresh_from_db()

    proved_holder = held in {"document", "franceconnect", "staff"}
    if arriving == "declared":
        assert mandate.user == (old if held not in {"nobody", "declared"} else None)
        assert MandateClaim.objects.filter(user=new).exists() == (held in {"nobody", "declared"})
        kinds, readers = set(), set()
    elif proved_holder:
        assert mandate.user == old
        kinds, readers = {"mandate-contested"}, {"ancienne", "vraie", "contact"}
    else:
        assert mandate.user == new
        was_declared = held == "declared"
        kinds, readers = ({"mandate-taken"}, {"ancienne", "vraie"}) if was_declared else (set(), set())
    assert {case.kind for case in IdentityCase.objects.all()} == kinds
    assert told(run_tasks, mailoutbox) - ({"ancienne"} if held == "frozen" else set()) == readers


# A FranceConnect identity --------------------------------------------------------------------------


def test_a_sub_opens_the_account_that_it_belongs_to_and_no_other():
    first, second = UserFactory(), UserFactory()
    attach(first, identity(), doubtful=False)
    with pytest.raises(IdentityTakenError):
        attach(second, identity(), doubtful=False)
    assert FranceConnectIdentity.objects.get().user == first


# Staff ---------------------------------------------------------------------------------------------

FIND = "/admin/accounts/identitycase/numero/"


@pytest.fixture
def admin(staff_client):
    return fresh(staff_client)


def act(admin, user: User, name: str, **fields):
    url = reverse("admin:identity-act", args=[user.pk, name])
    return admin.post(url, {"reason": "Carte d'identité vue au bureau.", **fields}, follow=True)


def test_staff_find_a_number_which_is_neither_shown_nor_kept(admin, caplog):
    user = account_of("")
    assert admin.get(FIND).status_code == 200
    answer = admin.post(FIND, {"nir": NIR.digits13, "reason": "Appel de Mme Moreau."}, follow=True)
    assert "déclaré par la personne" in answer.text
    assert answer.redirect_chain[-1][0] == reverse("admin:identity-account", args=[user.pk])
    from django.contrib.admin.models import LogEntry

    entry = LogEntry.objects.get()
    assert "Appel de Mme Moreau." in entry.change_message
    everything = answer.text + caplog.text + entry.change_message + str(answer.redirect_chain)
    assert NIR.digits13 not in everything
    assert user.nir_digest not in everything


@pytest.mark.parametrize("posted", [{"nir": ""}, {"nir": NIR.digits13}, {"nir": NIR.digits13[:9], "reason": "x"}])
def test_a_search_needs_the_whole_number_and_a_reason(admin, posted):
    answer = admin.post(FIND, posted)
    assert answer.status_code == 422
    assert not IdentityCase.objects.exists()


def test_a_search_that_finds_nothing_is_journaled_too(admin):
    answer = admin.post(FIND, {"nir": NIR.digits13, "reason": "Appel."}, follow=True)
    assert "Aucun compte n&#x27;a ce numéro" in answer.text
    from django.contrib.admin.models import LogEntry

    assert LogEntry.objects.get().object_repr == "Aucun compte"


def test_a_number_is_released_after_a_document_was_seen(admin, run_tasks, mailoutbox):
    user = account_of("")
    assert act(admin, user, "liberer").status_code == 422
    assert holder_of_the_number() == user
    act(admin, user, "liberer", seen="on")
    assert holder_of_the_number() is None
    assert IdentityCase.objects.get().kind == "number-released"
    assert told(run_tasks, mailoutbox) == {"ancienne"}
    assert arrive("").nir_digest == nir_rules.digest(NIR)


def test_releasing_needs_a_fresh_proof_and_the_right(staff_client, as_user, staff_without_rights):
    user = account_of("")
    url = reverse("admin:identity-act", args=[user.pk, "liberer"])
    posted = {"reason": "x", "seen": "on"}
    assert staff_client.post(url, posted)["Location"].startswith("/mon-compte/prouver/")
    assert fresh(as_user(staff_without_rights)).post(url, posted).status_code == 403
    assert holder_of_the_number() == user


def test_staff_restore_an_account_taken_over_and_the_taker_keeps_franceconnect(admin, run_tasks, mailoutbox):
    old = account_of("")
    new = arrive("franceconnect")
    act(admin, old, "retablir")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (holder_of_the_number(), old.is_active, old.frozen_at) == (old, True, None)
    assert (new.nir_digest, new.is_active) == (None, True)
    assert not IdentityCase.objects.filter(settled_at=None).exists()


def test_an_account_is_not_restored_over_one_that_only_the_number_opens(admin):
    old = account_of("")
    act(admin, old, "liberer", seen="on")
    new = arrive("")
    assert "libérez-le d" in act(admin, old, "retablir").text
    assert holder_of_the_number() == new


def test_staff_move_the_dossiers_with_their_seats_and_the_ledgers_add_up(admin):
    old = account_of("")
    LedgerEntryFactory(user=old, amount=300)
    User.objects.filter(pk=old.pk).update(rights_balance=300)
    old.refresh_from_db()
    dossier = sent(old)
    new = arrive("franceconnect")
    LedgerEntryFactory(user=new, amount=500)
    User.objects.filter(pk=new.pk).update(rights_balance=500)
    act(admin, old, "deplacer")
    dossier.refresh_from_db()
    assert (dossier.user, dossier.state, dossier.rights_used) == (new, "sent", 200)
    dossier.session.refresh_from_db()
    assert dossier.session.seats_taken == 1
    for user, balance in ((old, 300), (new, 500)):
        user.refresh_from_db()
        assert (
            user.rights_balance
            == balance
            == sum(e.amount for e in LedgerEntry.objects.filter(user=user, kind__in=CREDITED))
        )


def sent(user: User):
    """A dossier of *user* that has left, with its seat and 200 € reserved."""
    from enrolment.dossiers import workflow
    from enrolment.models import Proof

    dossier = EnrolmentFactory(user=user)
    answers = {"birth_name": "X", "first_names": "Y"}
    price = dossier.session.training.price
    sending = Sending(answers=answers, price=price, rights=price, proof=Proof.FRANCECONNECT)
    return workflow.submit(dossier, user, timezone.now(), sending)


# The clock -----------------------------------------------------------------------------------------


def test_a_frozen_account_is_erased_after_thirty_days():
    old = account_of("")
    arrive("franceconnect")
    now = timezone.now()
    assert takeover.erase_frozen(now + datetime.timedelta(days=29)) == 0
    assert takeover.erase_frozen(now + datetime.timedelta(days=31)) == 1
    assert takeover.erase_frozen(now + datetime.timedelta(days=31)) == 0
    old.refresh_from_db()
    assert (old.birth_name, old.email, old.frozen_nir_digest) == ("", "", "")
    assert old.closed_at is not None


@pytest.mark.parametrize("pending", ["nothing", "dossier", "check", "confirmed", "proved"])
def test_an_unconfirmed_account_is_erased_after_ninety_days_unless_something_is_pending(pending):
    facts = {"confirmed": {"email_confirmed_at": timezone.now()}, "proved": {"certified_by": "document"}}
    user = UserFactory(**facts.get(pending, {}))
    if pending == "dossier":
        EnrolmentFactory(user=user)
    if pending == "check":
        IdentityCheckFactory(user=user)
    now = timezone.now()
    assert takeover.erase_unconfirmed(now + datetime.timedelta(days=89)) == 0
    assert takeover.erase_unconfirmed(now + datetime.timedelta(days=91)) == (pending == "nothing")


def test_an_account_released_twice_is_told_to_the_second(staff):
    user = account_of("")
    takeover.release(user, staff, "vu", timezone.now())
    with pytest.raises(TakeoverError):
        takeover.release(user, StaffFactory(), "vu aussi", timezone.now())
