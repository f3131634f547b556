"""Corrections of certified fields, asked for and decided."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.contact import email_confirmation
from accounts.models import CorrectionRequest, EmailChange, User
from accounts.profile import corrections
from tests.accounts.login.proofs import fresh
from tests.accounts.profile.browsers import NEW, decide, link_to
from tests.desk import press
from tests.factories import (
    StaffFactory,
)

pytestmark = pytest.mark.django_db


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
        press(fresh(staff_client), decide(asked, "accept"))
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
        response = press(fresh(staff_client), decide(asked, "accept"), follow=True)
        assert "jj/mm/aaaa" in response.content.decode()


class TestAdmin:
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
        response = fresh(staff_client).post(reverse("admin:accounts_user_add"), data)
        assert response.status_code == 302, response.context["adminform"].form.errors
        assert User.objects.get(username="paule").is_staff
