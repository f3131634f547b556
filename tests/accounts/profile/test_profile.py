"""« Mon compte »: change, take out, leave; what is certified is corrected by staff."""

import datetime
import json

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.contact import email_confirmation
from accounts.models import CorrectionRequest, EmailChange, FranceConnectIdentity, Mandate, User
from accounts.profile import corrections
from accounts.profile.forms import CorrectionForm
from tests.accounts.login.proofs import fresh
from tests.desk import press
from tests.factories import (
    PASSWORD,
    FranceConnectIdentityFactory,
    MandateFactory,
    PostalCodeFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NEW = {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"}


@pytest.fixture
def person():
    return UserFactory(email="jeanne@courriel.example", email_confirmed_at=timezone.now())


@pytest.fixture
def visitor(person):
    """The person's browser, where they have just proved themselves."""
    return fresh(browser_of(person))


def browser_of(person, **headers) -> Client:
    client = Client(headers=headers)
    client.post("/connexion/", {"nir": person.nir, "password": PASSWORD})
    return client


def test_the_page_shows_the_account_and_no_number(visitor, person):
    page = visitor.get("/mon-compte/").content.decode()
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


def link_to(message, part: str) -> str:
    """The address of ours that a mail holds."""
    return next(word for word in message.body.split() if part in word).removeprefix("http://testserver")


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
        page = visitor.post(link, follow=True).content.decode()
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

    def test_the_office_s_journal_names_the_person_no_more(self, visitor, person, staff_client):
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


def decide(asked: CorrectionRequest, name: str) -> str:
    return reverse("admin:accounts_correctionrequest_act", args=[asked.pk, name])


class TestCorrections:
    @pytest.fixture
    def asked(self, visitor, person):
        data = {"field": "birth_date", "wanted": "15/03/1958", "explanation": "Le 15, pas le 14."}
        assert visitor.post("/mon-compte/correction/", data).status_code == 302
        return CorrectionRequest.objects.get()

    def test_one_request_at_a_time_for_a_field(self, visitor, asked):
        response = visitor.post("/mon-compte/correction/", {"field": "birth_date", "wanted": "16/03/1958"})
        assert list(response.context["form"].errors) == ["field"]

    def test_staff_accept_by_a_button_and_the_person_is_told(self, asked, person, staff_client, run_tasks):
        press(staff_client, decide(asked, "accept"))
        person.refresh_from_db()
        assert person.birth_date == datetime.date(1958, 3, 15)
        run_tasks()
        assert "votre compte est corrigé" in mail.outbox[-1].body

    def test_a_refusal_needs_a_reason_which_the_person_reads(self, asked, person, staff_client, run_tasks, visitor):
        url = decide(asked, "refuse")
        assert press(staff_client, url, {"reason": ""}).status_code == 422
        asked.refresh_from_db()
        assert asked.status == "pending"
        press(staff_client, url, {"reason": "La pièce dit le 14."})
        person.refresh_from_db()
        assert person.birth_date == datetime.date(1958, 3, 14)
        run_tasks()
        assert "La pièce dit le 14." in mail.outbox[-1].body
        assert "La pièce dit le 14." in visitor.get("/mon-compte/").content.decode()

    def test_two_staff_decide_once(self, asked, staff):
        corrections.accept(asked.pk, staff, timezone.now())
        with pytest.raises(corrections.AlreadyDecidedError):
            corrections.refuse(asked.pk, staff, "trop tard", timezone.now())

    def test_staff_without_the_right_decide_nothing(self, asked, as_user):
        client = as_user(StaffFactory())
        assert press(client, decide(asked, "accept")).status_code == 403

    def test_a_value_that_cannot_be_is_told_to_staff(self, visitor, staff_client, person):
        visitor.post("/mon-compte/correction/", {"field": "birth_date", "wanted": "le quinze"})
        asked = CorrectionRequest.objects.get()
        response = press(staff_client, decide(asked, "accept"), follow=True)
        assert "jj/mm/aaaa" in response.content.decode()


class TestOffice:
    """The admin of accounts."""

    def test_no_number_and_no_digest_anywhere(self, staff_client, person):
        for url in (reverse("admin:accounts_user_changelist"), reverse("admin:accounts_user_change", args=[person.pk])):
            page = staff_client.get(url).content.decode()
            assert "Moreau" in page
            assert person.nir_digest not in page

    def ask(self, staff_client, person, **more):
        url = reverse("admin:accounts_user_change", args=[person.pk])
        return fresh(staff_client).post(url, {"email": "retrouvee@courriel.example", **more})

    def test_of_an_official_only_the_address_changes_and_it_is_confirmed_anew(self, staff_client, person, run_tasks):
        User.objects.filter(pk=person.pk).update(email_confirmed_at=None)  # nobody has shown to read it: at once
        assert self.ask(staff_client, person, birth_name="Pirate").status_code == 302
        person.refresh_from_db()
        assert (person.email, person.birth_name, person.email_confirmed_at) == (
            "retrouvee@courriel.example",
            "Moreau",
            None,
        )
        run_tasks()
        assert [message.to[0] for message in mail.outbox] == ["jeanne@courriel.example", "retrouvee@courriel.example"]

    def test_a_confirmed_address_changes_after_a_day_and_the_old_one_is_told_at_once(
        self, staff_client, person, run_tasks
    ):
        self.ask(staff_client, person)
        run_tasks()
        assert [(message.to[0], "pas-moi" in message.body) for message in mail.outbox] == [
            ("jeanne@courriel.example", True)
        ]
        now = timezone.now()
        assert email_confirmation.carry_out_changes(now + datetime.timedelta(hours=23)) == 0
        person.refresh_from_db()
        assert person.email == "jeanne@courriel.example"
        assert email_confirmation.carry_out_changes(now + datetime.timedelta(hours=25)) == 1
        assert email_confirmation.carry_out_changes(now + datetime.timedelta(hours=25)) == 0
        person.refresh_from_db()
        assert (person.email, person.email_confirmed_at) == ("retrouvee@courriel.example", None)

    def test_a_second_member_of_staff_approves_and_the_first_cannot(self, staff_client, person, as_user):
        self.ask(staff_client, person)
        change = EmailChange.objects.get()
        approve = {"action": "approve", "_selected_action": [change.pk]}
        listed = reverse("admin:accounts_emailchange_changelist")
        fresh(staff_client).post(listed, approve)
        person.refresh_from_db()
        assert person.email == "jeanne@courriel.example"
        fresh(as_user(StaffFactory(is_superuser=True))).post(listed, approve)
        person.refresh_from_db()
        assert person.email == "retrouvee@courriel.example"
        assert not EmailChange.objects.exists()

    def test_the_person_stops_a_change_by_staff(self, staff_client, person, run_tasks):
        self.ask(staff_client, person)
        run_tasks()
        Client().post(link_to(mail.outbox[0], "/pas-moi/"))
        assert email_confirmation.carry_out_changes(timezone.now() + datetime.timedelta(days=2)) == 0

    def test_nobody_chooses_the_password_of_an_official(self, staff_client, person, staff):
        url = "admin:auth_user_password_change"
        new = {"usable_password": "true", "password1": NEW["password"], "password2": NEW["password"]}
        assert staff_client.post(reverse(url, args=[person.pk]), new).status_code == 403
        assert staff_client.get(reverse(url, args=[staff.pk])).status_code == 200

    def test_a_superuser_makes_staff_accounts(self, staff_client):
        page = staff_client.get(reverse("admin:accounts_user_add"))
        assert page.status_code == 200
        data = {
            "username": "paule",
            "usable_password": "true",
            "password1": "Prairie-Verte79",
            "password2": "Prairie-Verte79",
        }
        response = staff_client.post(reverse("admin:accounts_user_add"), data)
        assert response.status_code == 302, response.context["adminform"].form.errors
        assert User.objects.get(username="paule").is_staff


def test_a_confirmation_of_a_closed_account_is_nothing(person):
    User.objects.filter(pk=person.pk).update(is_active=False, email_wanted="x@courriel.example")
    person.refresh_from_db()
    assert email_confirmation.read(email_confirmation._token(person, "x@courriel.example")) is None
