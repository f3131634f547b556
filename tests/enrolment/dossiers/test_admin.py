"""The admin: named buttons, nothing edited by hand, and only those who may."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.profile import closing, export
from catalogue.models import Session
from core.models import OutgoingMail
from enrolment.models import Enrolment, LedgerEntry, State
from enrolment.rights import ledger
from tests.accounts.login.proofs import fresh
from tests.desk import hidden, press
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send
from tests.factories import EnrolmentFactory, IdentityCheckFactory, UserFactory
from tests.french import plain

pytestmark = pytest.mark.django_db


def page(obj, name="change") -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{name}", args=[obj.pk])


def act(obj, button: str) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_act", args=[obj.pk, button])


@pytest.fixture
def dossier() -> Enrolment:
    return send(EnrolmentFactory())


def test_staff_accept_by_a_button(staff_client, dossier):
    assert "Accepter la demande" in staff_client.get(page(dossier)).text
    asked = staff_client.get(act(dossier, "accept"))
    assert "La demande devient « acceptée »" in plain(asked.text)
    dossier.refresh_from_db()
    assert dossier.state == State.SENT
    assert press(staff_client, act(dossier, "accept")).url == page(dossier)
    dossier.refresh_from_db()
    assert dossier.state == State.ACCEPTED
    assert OutgoingMail.objects.filter(template="enrolment/request_accepted").count() == 1


def test_a_refusal_asks_for_its_reason(staff_client, dossier):
    assert press(staff_client, act(dossier, "refuse"), {"reason": ""}).status_code == 422
    press(staff_client, act(dossier, "refuse"), {"reason": "Public non concerné"})
    dossier.refresh_from_db()
    assert (dossier.state, dossier.decision_reason) == (State.REFUSED, "Public non concerné")
    assert seats_add_up(dossier.session)
    assert ledger_adds_up(dossier.user)


def test_a_button_that_no_longer_is_says_so(staff_client, dossier):
    press(staff_client, act(dossier, "accept"))
    again = press(staff_client, act(dossier, "accept"), follow=True)
    assert "entre-temps" in again.text
    assert OutgoingMail.objects.filter(template="enrolment/request_accepted").count() == 1


def test_nothing_is_edited_by_hand(staff_client, dossier):
    staff_client.post(page(dossier), {"state": "accepted", "birth_name": "Autre"})
    dossier.refresh_from_db()
    assert (dossier.state, dossier.birth_name) == (State.SENT, "Moreau")
    assert staff_client.get(reverse("admin:enrolment_enrolment_add")).status_code == 403
    assert staff_client.get(page(dossier, "delete")).status_code == 403


def test_without_the_permission_there_are_no_buttons(as_user, staff_without_rights, dossier):
    client = as_user(staff_without_rights)
    assert client.post(act(dossier, "accept")).status_code == 403
    staff_without_rights.user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    client = as_user(staff_without_rights)
    assert "Accepter la demande" not in client.get(page(dossier)).text
    assert client.post(act(dossier, "accept")).status_code == 403
    dossier.refresh_from_db()
    assert dossier.state == State.SENT


def test_officials_do_not_enter(official_client, dossier):
    assert official_client.get(page(dossier)).status_code == 302
    assert official_client.post(act(dossier, "accept")).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == State.SENT


def test_a_mandate_to_check_is_shown(staff_client):
    send(EnrolmentFactory(user=UserFactory()))
    listed = staff_client.get(reverse("admin:enrolment_enrolment_changelist"), {"state": "sent", "quand": "a-venir"})
    assert "mandat à vérifier" in listed.text
    asked = staff_client.get(act(Enrolment.objects.get(), "accept"))
    assert "mandat à vérifier" in asked.text


def test_a_session_is_cancelled_with_all_its_dossiers(staff_client, dossier):
    affair = Session.objects.get(pk=dossier.session_id)
    assert "Annuler la session" in staff_client.get(page(affair)).text
    press(staff_client, act(affair, "cancel"), {"reason": "Salle fermée"})
    dossier.refresh_from_db()
    assert dossier.state == State.CANCELLED
    assert seats_add_up(dossier.session)
    assert act(affair, "cancel") not in staff_client.get(page(affair)).text


def test_seats_taken_while_staff_type_are_not_forgotten(staff_client, dossier):
    session = dossier.session
    url = page(session)
    posted = hidden(staff_client.get(url)) | {"seats": 12}
    Session.objects.filter(pk=session.pk).update(seats_taken=9)
    assert staff_client.post(url, posted).status_code == 302
    session.refresh_from_db()
    assert (session.seats, session.seats_taken) == (12, 9)


def test_a_session_is_moved(staff_client, dossier):
    session = dossier.session
    new = session.start + datetime.timedelta(days=3)
    terms = {"training": session.training_id, "place": session.place_id, "schedule": session.schedule}
    press(staff_client, act(session, "move"), terms | {"start": new, "end": new})
    session.refresh_from_db()
    assert (session.start, session.end) == (new, new)
    past = timezone.localdate() - datetime.timedelta(days=1)
    told = press(staff_client, act(session, "move"), terms | {"start": past, "end": past})
    assert told.status_code == 422
    assert "que dans l'avenir" in told.text.replace("&#x27;", "'")


def test_the_ledger_is_corrected_with_a_reason_and_never_below_zero(staff_client, staff, official):
    correct, staff_client = reverse("admin:accounts_user_act", args=[official.pk, "correct"]), fresh(staff_client)
    assert "Motif" in staff_client.get(correct).text
    wrong = press(staff_client, correct, {"amount": "-900", "reason": "erreur"})
    assert "ne peuvent pas devenir négatifs" in wrong.text
    assert press(staff_client, correct, {"amount": "10", "reason": ""}).status_code == 422
    assert press(staff_client, correct, {"amount": "-50,50", "reason": "erreur"}).status_code == 302
    entry = LedgerEntry.objects.latest("id")
    assert (entry.amount, entry.kind, entry.by) == (Decimal("-50.50"), "correction", staff)
    assert ledger_adds_up(official)
    assert staff_client.post(page(entry), {"amount": "1"}).status_code == 403
    assert staff_client.get(page(entry, "delete")).status_code == 403
    assert staff_client.get(reverse("admin:enrolment_ledgerentry_add")).status_code == 403, "only on the person's page"


def test_the_person_takes_dossiers_and_rights_out(dossier):
    data = export.personal_data(dossier.user)
    assert data["Inscriptions"][0]["référence"] == dossier.reference
    assert len(data["Droits d'élu"]) == 2


def test_closing_an_account_cancels_its_requests_and_forgets_the_person(dossier):
    user, session = dossier.user, dossier.session
    IdentityCheckFactory(user=user, status="approved", decided_at=timezone.now())
    closing.close_account(user, timezone.now())
    dossier.refresh_from_db()
    assert (dossier.state, dossier.birth_name, dossier.email) == (State.CANCELLED, "Compte clos", "")
    assert seats_add_up(session)
    assert ledger.credited_rights(user) == 800
