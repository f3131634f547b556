"""The whole path of a dossier, page by page, without a browser."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.views.debug import SafeExceptionReporterFilter

from core.models import Draft, OutgoingMail
from enrolment.dossiers import workflow
from enrolment.models import Enrolment, Proof, State
from enrolment.models.dossiers import address_of
from enrolment.rights import readings
from tests.enrolment.helpers import INFORMATION, verify_identity
from tests.factories import PASSWORD, EnrolmentFactory, SessionFactory
from tests.french import plain

pytestmark = pytest.mark.django_db


def step(enrolment: Enrolment, name: str) -> str:
    return reverse("enrolment:step", args=[enrolment.pk, name])


def funding(enrolment: Enrolment, **changes) -> dict[str, str]:
    return {"price": f"{enrolment.session.training.price:.2f}", "rights": "200.00", **changes}


def prove(client, enrolment: Enrolment, at=None) -> None:
    session = client.session
    moment = (at or timezone.now()).timestamp()
    session["proofs"] = {str(enrolment.pk): {"method": "franceconnect", "at": moment}}
    session.save()


@pytest.fixture
def dossier(official) -> Enrolment:
    enrolment, _ = workflow.create(official, SessionFactory(), timezone.now())
    return Enrolment.objects.select_related("session__training").get(pk=enrolment.pk)


def test_from_the_training_to_the_answer_page_with_a_password(official, official_client):
    verify_identity(official)
    session = SessionFactory()
    opened = official_client.post(reverse("enrolment:create", args=[session.pk]))
    enrolment = Enrolment.objects.get(user=official)
    assert opened.url == step(enrolment, "identification")

    page = official_client.get(opened.url)
    assert "Pour procéder à la demande d'inscription, il faut vous connecter à nouveau" in page.text
    proved = official_client.post(opened.url, {"password": PASSWORD})
    assert proved.url == step(enrolment, "informations")
    assert "Jeanne" in official_client.get(proved.url).text

    informed = official_client.post(proved.url, INFORMATION)
    assert informed.url == step(enrolment, "choix-du-financement")
    assert "Mon Compte Formation ne concerne que le financement par le DIF" in official_client.get(informed.url).text

    told = official_client.post(informed.url, {"funding": "dif"})
    assert told.url == step(enrolment, "financement")
    assert "200,00" in official_client.get(told.url).text

    agreed = official_client.post(told.url, funding(enrolment))
    assert agreed.url == step(enrolment, "envoi")
    assert "Envoyer ma demande" in official_client.get(agreed.url).text

    sent = official_client.post(agreed.url, {"declaration": "on"})
    assert sent.url == reverse("enrolment:detail", args=[enrolment.pk])
    answer = official_client.get(sent.url)
    enrolment.refresh_from_db()
    assert "Votre demande d'inscription est envoyée. Attendez la réponse de l'ADM79" in answer.text
    assert enrolment.reference in answer.text
    assert (enrolment.state, enrolment.proof, enrolment.birth_name) == (State.SENT, Proof.PASSWORD, "Moreau")
    assert enrolment.deadline_rule == "11 jours avant la formation"
    assert (enrolment.funding, enrolment.rights_used) == ("dif", 200)
    assert not Draft.objects.filter(pk=enrolment.pk).exists()
    assert OutgoingMail.objects.get().template == "enrolment/request_sent"


def test_a_second_dossier_for_the_same_session_leads_to_the_first(official_client, dossier):
    again = official_client.post(reverse("enrolment:create", args=[dossier.session_id]))
    assert again.url == step(dossier, "identification")
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("name", ["identification", "informations", "financement", "envoi"])
def test_other_peoples_dossiers_are_not_found(as_user, other_official, dossier, name):
    stranger = as_user(other_official)
    assert stranger.get(step(dossier, name)).status_code == 404
    assert stranger.post(step(dossier, name), {}).status_code == 404
    assert stranger.get(dossier.get_absolute_url()).status_code == 404
    assert stranger.get(reverse("enrolment:cancel", args=[dossier.pk])).status_code == 404
    assert stranger.get(reverse("enrolment:dossier-deadlines", args=[dossier.pk])).status_code == 404


def test_only_a_post_opens_a_dossier_and_a_get_leads_back_to_the_training(official_client):
    session = SessionFactory()
    page = official_client.get(reverse("enrolment:create", args=[session.pk]))
    assert (page.status_code, page["Location"]) == (302, session.training.get_absolute_url())
    assert not Enrolment.objects.exists()


def test_the_button_pressed_after_being_logged_out_leads_through_the_login_to_the_training(client, official_client):
    session = SessionFactory()
    door = client.post(reverse("enrolment:create", args=[session.pk]))
    assert door["Location"].startswith(reverse("accounts:login"))
    asked = door["Location"].partition("next=")[2]
    assert official_client.get(asked)["Location"] == session.training.get_absolute_url()


def test_without_a_verified_identity_the_password_does_not_do(official_client, dossier):
    page = official_client.get(step(dossier, "identification"))
    assert "vérification préalable de votre identité" in page.text
    assert 'name="password"' not in page.text
    posted = official_client.post(step(dossier, "identification"), {"password": PASSWORD})
    assert posted.status_code == 422
    assert official_client.get(step(dossier, "informations")).url == step(dossier, "identification")


def test_a_password_stays_out_of_the_report_of_a_crash(official_client, dossier):
    asked = official_client.post(step(dossier, "identification"), {"password": PASSWORD}).wsgi_request
    assert PASSWORD not in str(SafeExceptionReporterFilter().get_post_parameters(asked))


def test_a_wrong_password_is_told_and_too_many_have_to_wait(official, official_client, dossier):
    verify_identity(official)
    for _ in range(5):
        wrong = official_client.post(step(dossier, "identification"), {"password": "Mauvais-2026"})
        assert wrong.status_code == 422
        assert "Ce mot de passe n'est pas le bon" in wrong.text.replace("&#x27;", "'")
    throttled = official_client.post(step(dossier, "identification"), {"password": PASSWORD})
    assert "Trop d'essais" in throttled.text.replace("&#x27;", "'")


def test_a_proof_lapses_after_thirty_minutes_and_nothing_is_lost(official_client, dossier, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    time_machine.shift(20 * 60)
    official_client.post(step(dossier, "financement"), funding(dossier))  # somebody who is there is not logged out
    time_machine.shift(10 * 60 - 1)
    assert official_client.get(step(dossier, "envoi")).status_code == 200
    time_machine.shift(1)
    asked = official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    assert asked.url == step(dossier, "identification")
    prove(official_client, dossier)
    assert official_client.get(step(dossier, "envoi")).status_code == 200
    assert official_client.post(step(dossier, "envoi"), {"declaration": "on"}).url == dossier.get_absolute_url()


def test_a_proof_is_good_for_one_dossier_only(official, official_client, dossier):
    prove(official_client, dossier)
    other = EnrolmentFactory(user=official)
    assert official_client.get(step(dossier, "informations")).status_code == 200
    assert official_client.get(step(other, "informations")).url == step(other, "identification")


def test_after_proving_again_one_goes_back_to_where_one_was(official, official_client, dossier):
    verify_identity(official)
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    session = official_client.session
    del session["proofs"]
    session.save()
    proved = official_client.post(step(dossier, "identification"), {"password": PASSWORD})
    assert proved.url == step(dossier, "envoi")


def test_sending_twice_sends_once(official_client, dossier):
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    first = official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    second = official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    assert first.url == second.url == dossier.get_absolute_url()
    assert OutgoingMail.objects.filter(template="enrolment/request_sent").count() == 1


def test_the_information_step_asks_only_what_is_missing(official, official_client, dossier):
    official.first_names = ""
    official.save()
    prove(official_client, dossier)
    form = official_client.get(step(dossier, "informations")).context["form"]
    assert [field.name for field in form.asked] == ["first_names", "needs"]
    assert "Nom de naissance" in dict(form.known_rows)
    wrong = official_client.post(step(dossier, "informations"), {**INFORMATION, "phone": "12"}).context["form"]
    assert "phone" in [field.name for field in wrong.asked]
    assert dict(wrong.known_rows)["Date de naissance"] == ["14\xa0mars 1958"]


def test_what_is_asked_may_be_deleted_but_one_way_to_answer_stays(official_client, dossier):
    prove(official_client, dossier)
    nothing = {**INFORMATION, "birth_date_day": "", "birth_date_month": "", "birth_date_year": "", "email": ""}
    refused = official_client.post(step(dossier, "informations"), nothing)
    assert refused.status_code == 422
    assert "Gardez une adresse mail ou un téléphone" in refused.text
    kept = official_client.post(step(dossier, "informations"), {**nothing, "phone": "05 49 00 00 00"})
    assert kept.url == step(dossier, "choix-du-financement")


def test_a_certified_birth_name_is_read_only(official, official_client, dossier):
    official.certified_by = "franceconnect"
    official.save()
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), {**INFORMATION, "birth_name": "Autre"})
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    dossier.refresh_from_db()
    assert dossier.birth_name == "Moreau"


def test_a_full_session_means_the_waiting_list_and_the_page_says_so(official_client, dossier):
    dossier.session.seats = dossier.session.seats_taken = 0
    dossier.session.save()
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    assert "liste d'attente" in official_client.get(step(dossier, "envoi")).text
    sent = official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    assert "position 1 de la liste d'attente" in official_client.get(sent.url).text


def test_an_unknown_mandate_does_not_stop_a_request(official, official_client, dossier):
    official.mandates.all().delete()
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    page = official_client.get(step(dossier, "financement"))
    assert "inconnu de ce site" in page.text
    assert "s'ils figurent sur Mon Compte Formation" in page.text
    assert official_client.post(step(dossier, "financement"), funding(dossier)).url == step(dossier, "envoi")


def test_rights_that_changed_since_lead_back_to_funding(official, official_client, dossier):
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), INFORMATION)
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    readings.note(official, Decimal(100), timezone.localdate(), official, timezone.now())
    refused = official_client.post(step(dossier, "envoi"), {"declaration": "on"})
    assert refused.status_code == 409
    assert step(dossier, "financement") in refused.text
    swapped = official_client.post(step(dossier, "envoi"), {"declaration": "on"}, headers={"HX-Target": "step"})
    assert swapped.status_code == 409
    assert "<html" not in swapped.text
    assert "<title>Le financement a changé" in swapped.text
    assert official_client.get(step(dossier, "envoi")).url == step(dossier, "financement")
    dossier.refresh_from_db()
    assert dossier.state == State.DRAFT
    again = official_client.post(step(dossier, "financement"), funding(dossier, rights="100.00"))
    assert again.url == step(dossier, "envoi")
    assert official_client.post(again.url, {"declaration": "on"}).url == dossier.get_absolute_url()


def test_cancelling_asks_first(official_client, dossier):
    url = reverse("enrolment:cancel", args=[dossier.pk])
    assert official_client.get(url).status_code == 200
    assert official_client.post(url, {}).status_code == 422
    assert official_client.post(url, {"confirm": "on"}).url == dossier.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.state == State.CANCELLED
    assert "Votre demande est annulée" in official_client.get(dossier.get_absolute_url()).text


@pytest.fixture
def franceconnect(settings):
    settings.FRANCECONNECT_CLIENT_ID = "adm79"


def test_with_franceconnect_there_are_two_ways(franceconnect, official, official_client, dossier):
    unverified = official_client.get(step(dossier, "identification")).text
    verify_identity(official)
    verified = official_client.get(step(dossier, "identification")).text
    for page in (unverified, verified):
        assert 'name="purpose" value="enrol"' in page
        assert f'name="dossier" value="{dossier.pk}"' in page
        assert f'name="next" value="{step(dossier, "informations")}"' in page
        assert '<p class="or">ou</p>' in page
    assert 'name="password"' not in unverified
    assert 'name="password"' in verified


def test_without_a_password_there_is_franceconnect_alone(franceconnect, official, as_user, dossier):
    official.set_unusable_password()
    official.save()
    verify_identity(official)
    client = as_user(official, method="franceconnect")
    page = client.get(step(dossier, "identification")).text
    assert 'name="purpose" value="enrol"' in page
    assert 'name="password"' not in page
    assert client.post(step(dossier, "identification"), {"password": PASSWORD}).status_code == 422


def test_without_franceconnect_its_button_is_nowhere(official_client, dossier):
    assert "FranceConnect</strong>" not in official_client.get(step(dossier, "identification")).text


@pytest.mark.parametrize(("certified_by", "links"), [("", 1), ("document", 0)])
def test_a_certified_name_has_no_link_to_change_it(official_client, official, dossier, certified_by, links):
    official.certified_by = certified_by
    official.save()
    prove(official_client, dossier)
    official_client.post(step(dossier, "informations"), {**INFORMATION, "birth_name": official.birth_name})
    official_client.post(step(dossier, "choix-du-financement"), {"funding": "dif"})
    official_client.post(step(dossier, "financement"), funding(dossier))
    page = official_client.get(step(dossier, "envoi"))
    assert page.status_code == 200
    assert plain(page.text).count('Modifier<span class="visually-hidden"> : Nom de naissance</span>') == links
    assert 'Modifier<span class="visually-hidden"> : Mandat</span>' in plain(page.text)


def test_an_address_is_the_one_of_its_own_dossier_whoever_asked_before():
    for key in (uuid.uuid4(), uuid.uuid4()):
        assert address_of(key, "detail") == f"/inscriptions/{key}/"
        assert address_of(key, "step", "envoi") == f"/inscriptions/{key}/envoi/"
