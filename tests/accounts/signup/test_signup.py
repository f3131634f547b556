"""Account creation: the four steps, the check, the account; nothing lost, nothing said of others."""

import datetime
import re

import pytest
import time_machine
from django.core import mail, serializers
from django.test import Client
from django.urls import reverse

from accounts.identity import nir as nir_rules
from accounts.models import User
from core import throttling
from core.models import Draft
from tests.accounts.signup.steps import ADDRESS, CONTACT, IDENTITY, LAST, NIR, PASSWORD, begin, go_to, sign_up
from tests.factories import PostalCodeFactory, UserFactory, make_nir
from tests.french import plain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def niort():
    return PostalCodeFactory()


def account() -> User:
    return User.objects.get(nir_digest=nir_rules.digest(nir_rules.parse(NIR)))


def test_the_four_steps_make_an_account_and_lead_to_the_rights(client):
    response = sign_up(client)
    assert response["Location"] == "/mes-droits/"
    user = account()
    assert (user.birth_name, user.diploma, user.mobile, user.city) == ("Moreau", "6", "+33612345678", "Niort")
    assert user.commune_id == "79191"
    assert user.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_consent_is_kept_with_its_date_and_version(client):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False):
        sign_up(client)
    user = account()
    assert user.terms_version == "2026-11"
    assert user.terms_accepted_at == datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)


def test_a_deep_link_survives_all_the_steps(client):
    base = begin(client, "?next=/formations/domaine-public/")
    client.post(f"{base}identite/?next=/formations/domaine-public/", IDENTITY)
    client.post(f"{base}contact/", CONTACT)
    client.post(f"{base}adresse/", ADDRESS)
    assert client.post(f"{base}mot-de-passe/", LAST)["Location"] == "/formations/domaine-public/"


def test_a_deep_link_out_of_the_site_is_dropped(client):
    base = begin(client, "?next=https://ailleurs.example/")
    client.post(f"{base}identite/?next=https://ailleurs.example/", IDENTITY)
    go_to(client, "mot-de-passe", base=base)
    assert client.post(f"{base}mot-de-passe/", LAST)["Location"] == "/mes-droits/"


def test_nothing_is_written_before_the_first_answer(client):
    base = begin(client)
    client.get(f"{base}identite/")
    assert not Draft.objects.exists()


def test_a_wrong_answer_is_kept_as_typed_and_the_title_says_so(client):
    base = begin(client)
    response = client.post(f"{base}identite/", {**IDENTITY, "nir": "2 58 03"})
    assert response.status_code == 422
    assert "<title>Erreur : " in response.content.decode()
    assert 'value="2 58 03"' in client.get(f"{base}identite/").content.decode()


def test_a_later_step_before_its_time_leads_to_the_first_incomplete_one(client):
    base = begin(client)
    client.post(f"{base}identite/", IDENTITY)
    assert client.get(f"{base}mot-de-passe/")["Location"] == f"{base}contact/"


def test_each_step_shows_again_what_was_typed(client):
    base = go_to(client, "mot-de-passe")
    assert 'value="Moreau"' in client.get(f"{base}identite/").content.decode()
    assert "06 12 34 56 78" in client.get(f"{base}contact/").content.decode()
    page = client.get(f"{base}adresse/").content.decode()
    assert '<option value="79191" selected>Niort</option>' in page


def test_the_check_shows_the_answers_and_modifier_comes_back_to_it(client):
    base = go_to(client, "mot-de-passe")
    page = plain(client.get(f"{base}mot-de-passe/").text)
    for answer in ("Moreau", "06 12 34 56 78", "jeanne@courriel.example", "12 bis rue de la Mairie", "79000 NIORT"):
        assert answer in page
    assert NIR[:10] not in page
    assert f'href="{base}contact/?modifier"' in page
    response = client.post(f"{base}contact/?modifier", {**CONTACT, "mobile": "07 66 22 33 44"})
    assert response["Location"] == f"{base}mot-de-passe/"


def test_password_and_number_in_clear_are_nowhere_in_the_database(client, run_tasks):
    sign_up(client)
    run_tasks()
    dump = serializers.serialize("json", [*User.objects.all(), *Draft.objects.all()])
    assert PASSWORD not in dump
    assert NIR[:13] not in dump


def test_a_draft_holds_the_answers_of_its_step_and_nothing_else(client):
    """Drafts are kept for a month, and anybody may begin one: what the page does not ask, or at length, stays out."""
    base = begin(client)
    assert client.post(f"{base}identite/", {**IDENTITY, "rien": "x" * 60_000}).status_code == 302
    assert Draft.objects.get().answers["identite"]["raw"].keys() == IDENTITY.keys()
    client.post(f"{base}identite/", {**IDENTITY, "birth_name": "x" * 60_000})
    assert len(str(Draft.objects.get().data)) < 1000


def test_a_name_somewhat_too_long_comes_back_whole_to_be_shortened(client):
    base, name = begin(client), " ".join(["Moreau de la Tour"] * 7)
    assert len(name) > 100
    client.post(f"{base}identite/", {**IDENTITY, "birth_name": name})
    assert client.get(f"{base}identite/").context["form"]["birth_name"].value() == name


def test_more_than_a_request_may_hold_is_refused(client):
    base = begin(client)
    assert client.post(f"{base}identite/", {**IDENTITY, "rien": "x" * 2_000_000}).status_code in {400, 413}
    assert not Draft.objects.exists()


def test_answers_changed_in_another_tab_at_the_very_end_are_shown_again(client, monkeypatch):
    """After the page was compared with the draft, and before the draft is locked."""
    base = go_to(client, "mot-de-passe")
    tab = Client()
    tab.cookies = client.cookies
    take = throttling.take

    def changed_meanwhile(*args):
        tab.post(f"{base}contact/", {**CONTACT, "email": "autre@courriel.example"})
        return take(*args)

    monkeypatch.setattr(throttling, "take", changed_meanwhile)
    answer = client.post(f"{base}mot-de-passe/", LAST)
    assert answer.status_code == 409
    assert "Vos réponses ont changé dans un autre onglet" in answer.text
    assert "autre@courriel.example" in plain(answer.text)
    assert not User.objects.exists()


def test_the_account_just_made_cannot_be_guessed_at(client):
    """The last page of a draft that became an account knows its owner by the password: throttled like a login."""
    base = go_to(client, "mot-de-passe")
    client.post(f"{base}mot-de-passe/", LAST)
    client.post("/deconnexion/")
    for _ in range(6):
        client.post(f"{base}mot-de-passe/", {**LAST, "password": "Autre-Chose79"})
    client.post(f"{base}mot-de-passe/", LAST)
    assert "_auth_user_id" not in client.session


def test_the_button_pressed_twice_makes_one_account_and_two_happy_answers(client):
    base = go_to(client, "mot-de-passe")
    first = client.post(f"{base}mot-de-passe/", LAST)
    late = Client()
    late.cookies["adm79_brouillon"] = client.cookies["adm79_brouillon"].value
    second = late.post(f"{base}mot-de-passe/", LAST)
    assert (first["Location"], second["Location"]) == ("/mes-droits/", "/mes-droits/")
    assert User.objects.count() == 1
    assert late.session["_auth_user_id"] == client.session["_auth_user_id"]


def test_back_after_the_end_does_not_show_the_answers_again(client):
    base = go_to(client, "mot-de-passe")
    client.post(f"{base}mot-de-passe/", LAST)
    assert client.get(f"{base}identite/")["Location"] == "/mes-droits/"
    client.post(reverse("accounts:logout"))
    response = client.get(f"{base}identite/")
    assert response.status_code == 410
    assert "Moreau" not in response.content.decode()


def test_two_people_finish_at_the_same_second_with_one_number(client):
    other = Client()
    mine, theirs = go_to(client, "mot-de-passe"), go_to(other, "mot-de-passe")
    assert client.post(f"{mine}mot-de-passe/", LAST).status_code == 302
    response = other.post(f"{theirs}mot-de-passe/", LAST)
    assert response.status_code == 409
    assert "Vous avez déjà un compte" in response.content.decode()
    assert User.objects.count() == 1
    assert "_auth_user_id" not in other.session


class TestANumberThatHasAnAccount:
    """Nothing is said before the last step; then the right page, and a mail to the address on file."""

    @pytest.fixture
    def holder(self):
        return UserFactory(nir=NIR, birth_name="Moreau", email="ancienne@courriel.example")

    def test_the_same_birth_name_is_led_to_login(self, client, holder, run_tasks):
        response = sign_up(client, identite={"birth_name": "MOREAU"})
        page = response.content.decode()
        assert "Vous avez déjà un compte" in page
        assert reverse("accounts:login") in page
        assert "ancienne@courriel.example" not in plain(page)
        run_tasks()
        assert [message.to for message in mail.outbox] == [["ancienne@courriel.example"]]
        assert NIR[:13] not in str(mail.outbox[0].message())

    def test_another_birth_name_is_answered_the_same(self, client, holder, run_tasks):
        """Else names could be tried against a number, and numbers against a name."""
        pages = [sign_up(Client(), identite={"birth_name": name}).content.decode() for name in ("Moreau", "Dupont")]
        bodies = [page[page.index('<h1 tabindex="-1">') :] for page in pages]
        variable = r"[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken\" value=\"\\w+|nonce=\"[^\"]+"
        assert re.sub(variable, "", bodies[0]) == re.sub(variable, "", bodies[1])
        assert "pièce d'identité" in bodies[0]
        run_tasks()
        assert [message.to for message in mail.outbox] == [["ancienne@courriel.example"]]

    def test_the_owner_is_not_flooded_with_mails(self, client, holder, run_tasks):
        for _ in range(3):
            sign_up(Client())
        run_tasks()
        assert len(mail.outbox) == 1

    def test_the_number_cannot_be_searched_from_one_network(self, holder):
        statuses = [sign_up(Client()).status_code for _ in range(10)]
        assert statuses == [409] * 8 + [429] * 2
        # and who has a number of their own waits just the same: the answer tells nothing
        assert sign_up(Client(), identite={"nir": make_nir(order=500)}).status_code == 429


def test_couples_and_town_halls_share_an_address(client):
    UserFactory(email="mairie@commune.example")
    assert sign_up(client, contact={"email": "mairie@commune.example"}).status_code == 302
    assert User.objects.filter(email="mairie@commune.example").count() == 2


class TestTabs:
    """Two tabs, two browsers, a shared computer."""

    def test_a_change_in_another_tab_is_not_overwritten_silently(self, client):
        base = go_to(client, "adresse")
        seen = client.get(f"{base}contact/").context["seen"]
        client.post(f"{base}contact/", {**CONTACT, "email": "onglet1@courriel.example", "seen": seen})
        response = client.post(f"{base}contact/", {**CONTACT, "email": "onglet2@courriel.example", "seen": seen})
        assert response.status_code == 409
        page = response.content.decode()
        assert "autre onglet" in page
        assert "onglet2@courriel.example" in plain(page)
        again = {**CONTACT, "email": "onglet2@courriel.example", "seen": response.context["seen"]}
        assert client.post(f"{base}contact/", again).status_code == 302

    def test_no_account_is_made_of_answers_that_were_not_shown(self, client):
        base = go_to(client, "mot-de-passe")
        seen = client.get(f"{base}mot-de-passe/").context["seen"]
        client.post(f"{base}contact/?modifier", {**CONTACT, "email": "onglet2@courriel.example"})
        response = client.post(f"{base}mot-de-passe/", {**LAST, "seen": seen})
        assert response.status_code == 409
        page = response.content.decode()
        assert "ont changé dans un autre onglet" in page
        assert "onglet2@courriel.example" in plain(page)
        assert PASSWORD not in page
        assert not User.objects.exists()
        assert client.post(f"{base}mot-de-passe/", {**LAST, "seen": response.context["seen"]}).status_code == 302

    def test_two_first_submissions_at_once_make_one_draft(self, client):
        base = begin(client)
        for _ in range(2):
            assert client.post(f"{base}identite/", {**IDENTITY, "seen": ""}).status_code == 302
        assert Draft.objects.count() == 1

    def test_another_browser_finds_nothing_at_the_same_address(self, client):
        base = go_to(client, "adresse")
        for response in (Client().get(f"{base}identite/"), Client().post(f"{base}identite/", IDENTITY)):
            assert response.status_code == 410
            assert "Moreau" not in response.content.decode()

    def test_an_expired_draft_gets_a_page_that_says_so(self, client):
        base = go_to(client, "adresse")
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)):
            assert client.get(f"{base}contact/").status_code == 410
            assert client.post(f"{base}contact/", CONTACT).status_code == 410


class TestComingBack:
    """Next week, in the same browser, which others may use."""

    @pytest.fixture
    def base(self, client):
        return go_to(client, "adresse")

    def test_the_start_page_offers_to_resume_and_shows_nothing_personal(self, client, base):
        page = client.get(reverse("accounts:signup")).content.decode()
        assert "Reprendre" in page
        assert "Recommencer" in page
        for datum in ("Moreau", NIR[:5], "jeanne@"):
            assert datum not in page

    def test_the_birth_name_takes_up_where_one_was(self, client, base):
        response = client.post(reverse("accounts:signup"), {"birth_name": "MOREAU"})
        assert response["Location"] == f"{base}adresse/"

    def test_another_name_does_not(self, client, base):
        response = client.post(reverse("accounts:signup"), {"birth_name": "Bernard"})
        assert response.status_code == 422

    def test_trying_names_is_throttled(self, client, base):
        for _ in range(5):
            client.post(reverse("accounts:signup"), {"birth_name": "Bernard"})
        response = client.post(reverse("accounts:signup"), {"birth_name": "Moreau"})
        assert "Trop d&#x27;essais" in response.content.decode()

    def test_recommencer_opens_a_new_one_and_leaves_the_old(self, client, base):
        response = client.get(reverse("accounts:signup") + "?nouveau")
        assert response.status_code == 302
        assert Draft.objects.count() == 1

    def test_a_step_left_for_half_an_hour_asks_who_is_there(self, client, base):
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=31)):
            response = client.get(f"{base}contact/")
            assert response["Location"] == reverse("accounts:signup")
            client.post(reverse("accounts:signup"), {"birth_name": "Moreau"})
            assert client.get(f"{base}contact/").status_code == 200

    def test_what_is_sent_after_a_long_pause_is_kept(self, client, base):
        seen = client.get(f"{base}adresse/").context["seen"]
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=45)):
            response = client.post(f"{base}adresse/", {**ADDRESS, "seen": seen})
            assert response["Location"] == reverse("accounts:signup")
            response = client.post(reverse("accounts:signup"), {"birth_name": "Moreau"})
            assert response["Location"] == f"{base}mot-de-passe/"

    def test_a_stranger_cannot_write_the_name_they_will_then_give(self, client, base):
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=45)):
            client.post(f"{base}identite/", {**IDENTITY, "birth_name": "Intrus"})
            assert client.post(reverse("accounts:signup"), {"birth_name": "Intrus"}).status_code == 422


@pytest.mark.parametrize(("step", "queries"), [("identite", 1), ("contact", 1), ("adresse", 3), ("mot-de-passe", 3)])
def test_a_step_asks_the_database_for_the_draft_and_the_communes_old_and_new_only(
    client, django_assert_num_queries, step, queries
):
    base = go_to(client, "mot-de-passe")
    with django_assert_num_queries(queries):
        assert client.get(f"{base}{step}/").status_code == 200


def test_htmx_gets_the_region_alone_and_stays_in_it(client):
    base = begin(client)
    htmx = {"HX-Request": "true", "HX-Target": "step"}
    page = client.post(f"{base}identite/", {**IDENTITY, "nir": ""}, headers=htmx).content.decode()
    assert "<html" not in page
    assert "<title>Erreur : " in page
    response = client.post(f"{base}identite/", IDENTITY, headers=htmx)
    assert (response.status_code, response["Location"]) == (302, f"{base}contact/")
    go_to(client, "mot-de-passe", base=base)
    response = client.post(f"{base}mot-de-passe/", LAST, headers=htmx)
    assert response["HX-Redirect"] == "/mes-droits/"
