"""« Mon compte »: change, take out, leave; what is certified is corrected by staff."""

import datetime
import json

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.contact import email_confirmation
from accounts.models import FranceConnectIdentity, Mandate, User
from accounts.profile.forms import CorrectionForm
from tests.accounts.login.proofs import fresh
from tests.accounts.profile.browsers import NEW, browser_of, link_to
from tests.factories import (
    PASSWORD,
    FranceConnectIdentityFactory,
    MandateFactory,
    PostalCodeFactory,
    UserFactory,
)
from tests.french import plain

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_account_and_no_number(visitor, person):
    page = plain(visitor.get("/mon-compte/").text)
    for shown in ("Moreau", "06 12 34 56 78", "12 rue de la Mairie", "79000 NIORT", "jeanne@courriel.example"):
        assert shown in page
    assert person.nir[:13] not in page
    assert person.nir_digest not in page


def test_phones(visitor, person):
    assert visitor.post("/mon-compte/telephones/", {"mobile": "", "landline": "05 49 00 12 34"}).status_code == 302
    person.refresh_from_db()
    assert (person.mobile, person.landline) == ("", "+33549001234")


def test_address(visitor, person):
    PostalCodeFactory()
    page = visitor.get("/mon-compte/adresse/").content.decode()
    assert '<option value="79191" selected>Niort</option>' in page
    data = {"locality": "Le Petit Chêne", "postal_code": "79000", "city": "79191", "country": "France"}
    assert visitor.post("/mon-compte/adresse/", data).status_code == 302
    person.refresh_from_db()
    assert (person.locality, person.street_name, person.city) == ("Le Petit Chêne", "", "Niort")


def test_usual_name_and_diploma(visitor, person):
    visitor.post("/mon-compte/nom-d-usage/", {"usual_name": "Martin", "diploma": "7"})
    person.refresh_from_db()
    assert (person.usual_name, person.diploma) == ("Martin", "7")


def test_a_certified_name_cannot_be_changed_by_the_person(visitor, person):
    User.objects.filter(pk=person.pk).update(certified_by="document", usual_name="Martin")
    visitor.post("/mon-compte/nom-d-usage/", {"usual_name": "Autre", "diploma": "7"})
    person.refresh_from_db()
    assert (person.usual_name, person.diploma) == ("Martin", "7")


class TestPassword:
    def test_other_sessions_end_this_one_goes_on_and_a_mail_leaves(self, visitor, person, run_tasks):
        elsewhere = browser_of(person)
        visitor.post("/mon-compte/mot-de-passe/", NEW)
        assert visitor.get("/mon-compte/").status_code == 200
        assert elsewhere.get("/mon-compte/").status_code == 302
        assert len(visitor.get("/mon-compte/").context["sessions"]) == 1
        run_tasks()
        assert mail.outbox[-1].subject == "Votre mot de passe a changé"


class TestSessions:
    FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"

    def test_they_are_listed_in_words(self, visitor, person):
        browser_of(person, user_agent=self.FIREFOX)
        assert "Firefox sur Windows" in visitor.get("/mon-compte/").content.decode()

    def test_deconnecter_partout(self, visitor, person):
        elsewhere = browser_of(person)
        visitor.post(reverse("accounts:profile-close-sessions"))
        assert elsewhere.get("/mon-compte/").status_code == 302
        assert visitor.get("/mon-compte/").status_code == 200


class TestEmail:
    def link(self) -> str:
        return link_to(
            next(message for message in reversed(mail.outbox) if "/confirmer/" in message.body), "/confirmer/"
        )

    def test_a_new_address_takes_effect_once_confirmed_and_the_old_one_is_told(self, visitor, person, run_tasks):
        visitor.post("/adresse-mail/", {"email": "nouvelle@courriel.example"})
        run_tasks()
        person.refresh_from_db()
        assert person.email == "jeanne@courriel.example"
        link = self.link()
        visitor.get(link)
        person.refresh_from_db()
        assert person.email == "jeanne@courriel.example", "opening the link must change nothing"
        page = plain(visitor.post(link, follow=True).text)
        assert "L&#x27;adresse mail nouvelle@courriel.example est confirmée" in page
        run_tasks()
        person.refresh_from_db()
        assert (person.email, person.email_wanted) == ("nouvelle@courriel.example", "")
        assert mail.outbox[-1].to == ["jeanne@courriel.example"]
        assert "nouvelle@" not in mail.outbox[-1].body
        assert visitor.get(link).status_code == 410

    def test_the_first_address_can_be_corrected_while_it_waits(self, visitor, person, run_tasks):
        User.objects.filter(pk=person.pk).update(email_confirmed_at=None)
        visitor.post("/adresse-mail/", {"email": "juste@courriel.example"})
        run_tasks()
        assert mail.outbox[-1].to == ["juste@courriel.example"]
        Client().post(self.link())
        person.refresh_from_db()
        assert person.email == "juste@courriel.example"
        assert person.email_confirmed_at is not None

    def test_ce_n_est_pas_moi_stops_the_change_and_ends_all_sessions(self, visitor, person, run_tasks):
        visitor.post("/adresse-mail/", {"email": "pirate@courriel.example"})
        run_tasks()
        warning = next(message for message in mail.outbox if message.to == ["jeanne@courriel.example"])
        assert "pirate@" not in warning.body
        stop, confirm = link_to(warning, "/pas-moi/"), self.link()
        page = Client().get(stop)
        assert "Fermez cette page" in page.text
        person.refresh_from_db()
        assert person.email_wanted == "pirate@courriel.example", "opening the link must change nothing"
        assert visitor.get("/mon-compte/").status_code == 200
        assert "Le changement est arrêté" in Client().post(stop).text
        person.refresh_from_db()
        assert (person.email, person.email_wanted) == ("jeanne@courriel.example", "")
        assert visitor.get("/mon-compte/").status_code == 302
        assert Client().get(confirm).status_code == 410

    def test_ce_n_est_pas_moi_undoes_a_change_already_confirmed(self, visitor, person, run_tasks):
        visitor.post("/adresse-mail/", {"email": "pirate@courriel.example"})
        run_tasks()
        warning = next(message for message in mail.outbox if message.to == ["jeanne@courriel.example"])
        Client().post(self.link())
        Client().post(link_to(warning, "/pas-moi/"))
        person.refresh_from_db()
        assert person.email == "jeanne@courriel.example"
        assert person.email_confirmed_at is not None

    def test_ce_n_est_pas_moi_lasts_a_week(self, visitor, run_tasks):
        visitor.post("/adresse-mail/", {"email": "nouvelle@courriel.example"})
        run_tasks()
        warning = next(message for message in mail.outbox if message.to == ["jeanne@courriel.example"])
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8)):
            assert Client().get(link_to(warning, "/pas-moi/")).status_code == 410
        assert Client().get("/adresse-mail/pas-moi/nimporte-quoi/").status_code == 410

    def test_a_link_lasts_three_days(self, visitor, person, run_tasks):
        visitor.post("/adresse-mail/", {"email": "nouvelle@courriel.example"})
        run_tasks()
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3, hours=3)):
            assert Client().get(self.link()).status_code == 410

    def test_an_older_link_dies_with_the_address_it_was_for(self, visitor, person, run_tasks):
        visitor.post("/adresse-mail/", {"email": "une@courriel.example"})
        run_tasks()
        older = self.link()
        visitor.post("/adresse-mail/", {"email": "deux@courriel.example"})
        assert Client().get(older).status_code == 410

    def test_mails_cannot_be_poured_out(self, visitor):
        answers = [visitor.post("/adresse-mail/", {"email": f"a{n}@courriel.example"}) for n in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 422]

    def test_a_token_of_nobody(self, client):
        assert client.get("/adresse-mail/confirmer/nimporte-quoi/").status_code == 410


class TestFranceConnect:
    def test_it_can_be_removed_when_there_is_a_password(self, visitor, person):
        FranceConnectIdentityFactory(user=person)
        visitor.post(reverse("accounts:profile-unlink-franceconnect"))
        assert not FranceConnectIdentity.objects.exists()

    def test_it_stays_when_it_is_the_only_way_in(self, visitor, person, as_user):
        FranceConnectIdentityFactory(user=person)
        person.set_unusable_password()
        person.save()
        client = fresh(as_user(person, method="franceconnect"))
        response = client.post(reverse("accounts:profile-unlink-franceconnect"))
        assert response["Location"] == reverse("accounts:profile-password")
        assert FranceConnectIdentity.objects.exists()

    def test_a_password_can_be_chosen_without_a_former_one(self, person, as_user):
        person.set_unusable_password()
        person.save()
        client = fresh(as_user(person, method="franceconnect"))
        assert client.post("/mon-compte/mot-de-passe/", NEW).status_code == 302
        person.refresh_from_db()
        assert person.check_password(NEW["password"])


def test_all_data_in_readable_json(visitor, person):
    MandateFactory(user=person)
    response = visitor.post(reverse("accounts:profile-download"))
    data = json.loads(response.content)
    assert data["Compte"]["nom de naissance"] == "Moreau"
    assert data["Compte"]["téléphone mobile"] == "06 12 34 56 78"
    assert data["Mandats"][0]["fonction"] == "Maire"
    text = response.content.decode()
    for secret in (person.nir[:13], person.nir_digest, person.password):
        assert secret not in text


def test_a_correction_asked_twice_at_the_same_instant_is_asked_once(visitor, person, monkeypatch):
    monkeypatch.setattr(CorrectionForm, "clean_field", lambda form: form.cleaned_data["field"])  # neither saw the other
    for _ in range(2):
        answer = visitor.post("/mon-compte/correction/", {"field": "sex", "wanted": "femme"})
        assert answer["Location"] == "/mon-compte/"
    assert person.corrections.count() == 1


class TestClosing:
    def close(self, visitor):
        return visitor.post("/mon-compte/fermer/", {"sure": "on"})

    def test_the_admin_s_journal_names_the_person_no_more(self, visitor, person, staff_client):
        page = reverse("admin:accounts_user_change", args=[person.pk])
        fresh(staff_client)
        assert staff_client.post(page, {"email": "autre@courriel.example"}).status_code == 302
        check = {"user": str(person.pk)}
        assert staff_client.post(reverse("admin:enrolment_identitycheck_add"), check).status_code == 302
        assert LogEntry.objects.filter(object_repr__contains="MOREAU").count() == 2
        self.close(visitor)
        assert not LogEntry.objects.filter(object_repr__contains="MOREAU").exists()
        assert LogEntry.objects.count() == 2

    def test_it_takes_effect_at_once_and_nothing_of_the_person_stays(self, visitor, person, run_tasks):
        elsewhere = browser_of(person)
        mandate = MandateFactory(user=person)
        assert self.close(visitor)["Location"] == reverse("accounts:profile-closed")
        assert visitor.get(reverse("accounts:profile-closed")).status_code == 200
        assert elsewhere.get("/mon-compte/").status_code == 302
        row = User.objects.get(pk=person.pk)
        kept = {
            field.name: getattr(row, field.name)
            for field in User._meta.concrete_fields
            if getattr(row, field.name)
            and field.name not in {"id", "date_joined", "closed_at", "last_login", "password"}
        }
        assert kept in ({}, {"country": "France"})
        assert not row.has_usable_password()
        mandate.refresh_from_db()
        assert (mandate.user, mandate.status) == (None, Mandate.Status.UNMATCHED)
        run_tasks()
        assert mail.outbox[-1].to == ["jeanne@courriel.example"]

    def test_login_fails_afterwards_like_any_other(self, visitor, person):
        self.close(visitor)
        response = Client().post("/connexion/", {"nir": person.nir, "password": PASSWORD})
        assert "ne vont pas ensemble" in response.content.decode()

    def test_the_same_number_can_open_a_new_account(self, visitor, person):
        self.close(visitor)
        UserFactory(nir=person.nir)

    def test_it_needs_the_box(self, visitor, person):
        response = visitor.post("/mon-compte/fermer/", {})
        assert set(response.context["form"].errors) == {"sure"}
        assert User.objects.filter(pk=person.pk, is_active=True).exists()


def test_a_confirmation_of_a_closed_account_is_nothing(person):
    User.objects.filter(pk=person.pk).update(is_active=False, email_wanted="x@courriel.example")
    person.refresh_from_db()
    assert email_confirmation.read(email_confirmation._token(person, "x@courriel.example")) is None
