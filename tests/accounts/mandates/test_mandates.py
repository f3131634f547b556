"""Recognising the official: proposed from the NIR, declared by the person, proved by a certified identity, by staff."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.degrees import Degree
from accounts.identity.birth_month import born_that_month
from accounts.identity.nir import parse
from accounts.mandates import recognition
from accounts.mandates.recognition import MandateError, name_keys, register_key
from accounts.mandates.register.importer import import_register
from accounts.models import IdentityCase, Mandate, User
from enrolment.rights import ledger
from enrolment.rights.yearly_credit import credit_everybody
from tests.accounts.mandates.files import person, register
from tests.accounts.mandates.lines import (
    NIR,
    Status,
    answers,
    certified,
    certify,
    line,
    newcomer,
    owner_and_status,
)
from tests.factories import EnrolmentFactory, ScaleFactory, UserFactory, make_nir
from tests.french import plain

pytestmark = pytest.mark.django_db


FREE = (None, Status.UNMATCHED)


# Proposed ------------------------------------------------------------------------------------------


def test_name_sex_and_birth_month_make_a_proposal():
    mandate, user = line(), newcomer()
    assert recognition.propose_mandates(user, NIR) == 1
    assert owner_and_status(mandate) == FREE
    assert list(recognition.proposed_to(user)) == [mandate]
    assert not user.has_elu_account


@pytest.mark.parametrize(
    "other",
    [
        {"birth_name": "MORAUD"},
        {"sex": "M"},
        {"birth_date": date(1958, 4, 14)},
        {"birth_date": date(1957, 3, 14)},
        {"birth_date": None},
        {"end": date(2020, 6, 1)},
    ],
    ids=["name", "sex", "month", "year", "no date", "ended"],
)
def test_any_part_that_differs_makes_none(other):
    mandate = line(**other)
    assert recognition.propose_mandates(newcomer(), NIR) == 0
    assert owner_and_status(mandate) == (None, Status.UNMATCHED)


def test_a_month_that_the_nir_does_not_tell_leaves_the_year():
    line(sex="M", birth_date=date(1950, 7, 1))
    line(sex="M", birth_date=date(1951, 7, 1))
    assert recognition.propose_mandates(newcomer(), parse("150317800608488")) == 1


@pytest.mark.parametrize(
    ("account", "in_register"),
    [
        ({"birth_name": "Lœuillet-d’Aubigné"}, "LOEUILLET D'AUBIGNE"),
        ({"birth_name": "Le Goff"}, "LEGOFF"),
        ({"birth_name": "Martin", "usual_name": "Moreau"}, "MOREAU"),
        ({"birth_name": "Martin", "usual_name": "Moreau"}, "MOREAU MARTIN"),
        ({"birth_name": "Martin", "usual_name": "Moreau"}, "MARTIN-MOREAU"),
    ],
)
def test_names_go_together_however_they_are_written(account, in_register):
    line(birth_name=in_register)
    assert recognition.propose_mandates(newcomer(**account), NIR) == 1


def test_the_first_name_counts_once_it_is_known():
    line(first_name="Paule")
    mine = line(first_name="Louise")
    assert recognition.propose_mandates(newcomer(first_names="Jeanne Louise"), NIR) == 1
    assert answers(User.objects.get()) == {mine: "asked"}


def test_what_one_declares_is_proposed_to_another_all_the_same():
    mandate, first, second = line(), newcomer(), newcomer()
    assert recognition.propose_mandates(first, NIR) == 1
    recognition.confirm(mandate.pk, first)
    assert recognition.propose_mandates(second, NIR) == 1
    recognition.confirm(mandate.pk, second)
    assert answers(first) == answers(second) == {mandate: "yes"}
    assert owner_and_status(mandate) == FREE


def test_a_mandate_that_ends_before_the_answer_is_asked_about_no_more():
    line()
    user = newcomer()
    assert recognition.propose_mandates(user, NIR) == 1
    Mandate.objects.update(end=date(2020, 1, 1))
    assert not recognition.proposed_to(user).exists()


def test_an_account_without_a_name_finds_nobody():
    line(birth_name="", name_key="")
    assert name_keys(newcomer(birth_name="")) == set()
    assert recognition.propose_mandates(newcomer(birth_name=""), NIR) == 0


def test_nothing_of_the_nir_stays_but_the_sex_and_a_digest():
    user = newcomer()
    recognition.propose_mandates(user, NIR)
    user.refresh_from_db()
    assert user.sex == "F"
    stored = " ".join(map(str, User.objects.filter(pk=user.pk).values_list()[0]))
    assert NIR.digits13[1:5] not in stored
    assert born_that_month(user, date(1958, 3, 1))


def test_what_the_register_brings_later_is_proposed_then():
    user, stranger = newcomer(), newcomer(birth_name="Petit")
    recognition.propose_mandates(user, NIR)
    recognition.propose_mandates(stranger, parse(make_nir(year=70, month=1, order=5)))
    report = import_register(register(person(), person(name="PETIT")), today=date(2026, 11, 23))
    assert report.matched == 1
    assert list(answers(user).values()) == ["asked"]
    assert answers(stranger) == {}


# The person's answer -------------------------------------------------------------------------------


def test_saying_yes_gives_neither_mandate_nor_rights(time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate, user = line(), newcomer()
    recognition.propose_mandates(user, NIR)
    recognition.confirm(mandate.pk, user)
    recognition.confirm(mandate.pk, user)
    assert owner_and_status(mandate) == FREE
    assert list(recognition.declared_by(user)) == [mandate]
    assert not user.has_elu_account
    user.refresh_from_db()
    assert (user.rights_balance, user.ledger.count()) == (0, 0)
    assert credit_everybody(timezone.now()) == 0


def test_the_proof_that_comes_later_gives_mandate_and_rights_at_once(time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate, user = line(), newcomer()
    recognition.propose_mandates(user, NIR)
    recognition.confirm(mandate.pk, user)
    certify(user)
    assert recognition.attach_surely(user) == 1
    assert owner_and_status(mandate) == (user, Status.CONFIRMED)
    user.refresh_from_db()
    assert (user.has_elu_account, user.rights_balance) == (True, Decimal(400))
    assert not recognition.declared_by(user).exists()


def test_rejecting_never_comes_back_and_leaves_the_mandate_to_others():
    mandate, user, other = line(), newcomer(), newcomer()
    recognition.propose_mandates(user, NIR)
    recognition.reject(mandate.pk, user)
    assert answers(user) == {mandate: "no"}
    assert recognition.propose_again(user) == 0
    assert recognition.propose_mandates(other, NIR) == 1


def test_one_answers_only_for_oneself():
    mandate, user, other = line(), newcomer(), newcomer(birth_name="Petit")
    recognition.propose_mandates(user, NIR)
    for answer in (recognition.confirm, recognition.reject):
        with pytest.raises(MandateError):
            answer(mandate.pk, other)
    assert answers(user) == {mandate: "asked"}
    assert answers(other) == {}


def test_what_is_proved_is_not_rejected():
    mandate, user = line(), certified()
    recognition.attach_surely(user)
    with pytest.raises(MandateError, match="déjà confirmé"):
        recognition.reject(mandate.pk, user)


# Sure ----------------------------------------------------------------------------------------------


def test_a_certified_identity_attaches_without_asking():
    mandate, user = line(), certified(first_names="Jeanne Louise")
    assert recognition.attach_surely(user) == 1
    assert owner_and_status(mandate) == (user, Status.CONFIRMED)
    assert recognition.attach_surely(user) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": date(1958, 3, 15)},
        {"first_name": "Jeannine"},
        {"first_name": ""},
        {"sex": "M"},
        {"birth_name": "M"},
    ],
)
def test_surely_means_name_first_name_and_date_of_birth(other):
    line(**other)
    assert recognition.attach_surely(certified()) == 0


@pytest.mark.parametrize("lacking", [{"certified_by": ""}, {"birth_date": None}, {"first_names": ""}])
def test_without_a_full_certified_identity_nothing_is_sure(lacking):
    line()
    assert recognition.attach_surely(UserFactory(**{"certified_by": "document"} | lacking)) == 0


def test_certainty_proves_what_was_proposed_and_forgets_what_is_belied():
    right, wrong, user = line(), line(birth_date=date(1958, 3, 20)), newcomer()
    assert recognition.propose_mandates(user, NIR) == 2
    certify(user)
    assert recognition.attach_surely(user) == 1
    assert owner_and_status(right) == (user, Status.CONFIRMED)
    assert owner_and_status(wrong) == FREE
    assert answers(user) == {}


def test_a_proof_takes_over_what_a_namesake_declared_and_both_are_told(run_tasks, mailoutbox):
    mandate, namesake = line(), newcomer()
    recognition.propose_mandates(namesake, NIR)
    recognition.confirm(mandate.pk, namesake)
    user = certified()
    assert recognition.attach_surely(user) == 1
    assert owner_and_status(mandate) == (user, Status.CONFIRMED)
    assert answers(namesake) == {}
    case = IdentityCase.objects.get()
    assert (case.kind, case.user, case.other, case.mandate) == ("mandate-taken", user, namesake, mandate)
    run_tasks()
    assert {(message.to[0], message.subject) for message in mailoutbox} == {
        (namesake.email, "Un mandat que vous aviez déclaré n'est plus à votre nom"),
        (user.email, "Votre mandat est reconnu"),
    }
    for message in mailoutbox:
        assert "Moreau" not in message.body.replace(str(mandate), ""), "nobody is named"


def test_two_proofs_are_never_decided_by_the_site(run_tasks, mailoutbox):
    mandate, first, second = line(), certified(), certified(email="autre@courriel.example")
    recognition.attach_surely(first)
    for _ in range(2):  # each login comes here again
        assert recognition.attach_surely(second) == 0
    assert owner_and_status(mandate) == (first, Status.CONFIRMED)
    case = IdentityCase.objects.get()
    assert (case.kind, case.user, case.other, case.waits_for_staff) == ("mandate-contested", second, first, True)
    run_tasks()
    told = [message.to[0] for message in mailoutbox if "appelez l'ADM79" in message.subject]
    assert sorted(told) == sorted([first.email, second.email])


def test_a_mandate_that_staff_confirm_does_not_raise_the_degree_of_the_person():
    mandate, user = line(), newcomer()
    recognition.attach(mandate, user)
    user.refresh_from_db()
    assert (user.degree, user.certified_by) == (Degree.DECLARED, "")
    mandate.refresh_from_db()
    assert mandate.degree == Degree.DOCUMENT
    assert mandate.held_since is not None


def test_an_account_certified_from_the_start_keeps_no_hint():
    line()
    user = certified()
    assert recognition.propose_mandates(user, NIR) == 1
    user.refresh_from_db()
    assert user.birth_month_digest == ""
    assert user.mandates.get().status == Status.CONFIRMED


# By hand, and closing ------------------------------------------------------------------------------


def test_staff_attach_and_detach():
    mandate, user = line(birth_name="AUTRE"), newcomer()
    recognition.attach(mandate, user)
    assert owner_and_status(mandate) == (user, Status.CONFIRMED)
    recognition.detach(mandate)
    assert owner_and_status(mandate) == FREE
    assert answers(user) == {mandate: "no"}
    recognition.attach(mandate, user)
    assert answers(user) == {}


def test_a_credit_goes_with_its_mandate_and_comes_back_with_it(time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate, user = line(), newcomer()
    balances = []
    for act in (lambda: recognition.attach(mandate, user), lambda: recognition.detach(mandate)) * 2:
        act()
        user.refresh_from_db()
        balances.append(user.rights_balance)
        assert user.rights_balance == sum(entry.amount for entry in user.ledger.all())
    assert balances == [400, 0, 400, 0]


def test_a_credit_stays_while_another_mandate_brings_it(time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate, other, user = line(), line(function="Conseillère communautaire", kind="epci"), newcomer()
    recognition.attach(mandate, user)
    recognition.attach(other, user)
    recognition.detach(mandate)
    user.refresh_from_db()
    assert user.rights_balance == 400


def test_what_is_reserved_when_the_mandate_goes_is_taken_when_it_is_given_back(time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate, user = line(), newcomer()
    recognition.attach(mandate, user)
    dossier = EnrolmentFactory(user=user)
    ledger.reserve(dossier, Decimal(150), timezone.now())
    recognition.detach(mandate)
    user.refresh_from_db()
    assert user.rights_balance == 0
    ledger.release(dossier, timezone.now())
    user.refresh_from_db()
    assert user.rights_balance == 0 == sum(entry.amount for entry in user.ledger.all())


def test_a_closed_account_gives_its_mandates_back():
    mandate, user = line(), newcomer()
    recognition.attach(mandate, user)
    assert recognition.release_all(user) == 1
    assert owner_and_status(mandate) == (None, Status.UNMATCHED)


def test_register_key():
    assert register_key(" D’Aubigné-Préçy ") == "daubigneprecy"


# The pages -----------------------------------------------------------------------------------------


def test_the_proposal_is_answered_on_the_rights_page_which_says_what_is_left_to_prove(as_user, time_machine):
    time_machine.move_to("2026-11-23 10:00+01:00")
    ScaleFactory()
    mandate = line(function="Conseillère municipale", start=date(2026, 3, 22))
    user = newcomer()
    recognition.propose_mandates(user, NIR)
    client = as_user(user)
    page = client.get("/mes-droits/")
    assert "Conseillère municipale — Niort, depuis le 22 mars 2026" in plain(page.text)
    assert "c'est bien vous" in page.text
    assert client.get(f"/mes-droits/mandats/{mandate.pk}/confirmer/").status_code == 405
    answer = client.post(f"/mes-droits/mandats/{mandate.pk}/confirmer/", follow=True)
    assert answer.redirect_chain[-1][0] == "/mes-droits/"
    assert "c'est bien vous" not in answer.text
    assert "À confirmer" in answer.text
    assert "n'ouvre ici aucun droit" in answer.text
    assert "400,00" not in answer.text


def test_saying_no_and_answering_for_somebody_else(as_user):
    mandate, user = line(), newcomer()
    recognition.propose_mandates(user, NIR)
    stranger = as_user(newcomer(birth_name="Petit"))
    answer = stranger.post(f"/mes-droits/mandats/{mandate.pk}/confirmer/", follow=True)
    assert "ne vous est plus proposé" in answer.text
    answer = as_user(user).post(f"/mes-droits/mandats/{mandate.pk}/refuser/", follow=True)
    assert "ne vous sera plus proposé" in answer.text
    assert not recognition.proposed_to(user).exists()


# The admin ----------------------------------------------------------------------------------------
