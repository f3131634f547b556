"""What cannot be undone asks for a proof given just now: every such view; a new one must say which side it is on."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.models import FranceConnectIdentity
from tests.accounts.login.proofs import fresh
from tests.config.test_access import ACCESS, LOGGED_IN
from tests.desk import press
from tests.factories import PASSWORD, FranceConnectIdentityFactory, UserFactory

pytestmark = pytest.mark.django_db

SENSITIVE = {
    "accounts:email",
    "accounts:profile-password",
    "accounts:profile-unlink-franceconnect",
    "accounts:profile-download",
    "accounts:profile-close",
}
HARMLESS = {
    "accounts:keep-alive",
    "accounts:terms-accept",  # asked of everybody before anything else
    "accounts:prove",
    "accounts:mandate-confirm",  # a claim gives nothing
    "accounts:mandate-reject",
    "accounts:mandates",  # a declaration, which staff confirm
    "accounts:profile",
    "accounts:profile-contact",
    "accounts:profile-address",
    "accounts:profile-usual-name",
    "accounts:profile-close-sessions",  # closes doors only
    "accounts:profile-correction",  # staff decide
}
NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
PROVE = "/mon-compte/prouver/"


@pytest.fixture
def person():
    return UserFactory(email_confirmed_at=timezone.now())


@pytest.fixture
def visitor(person):
    """The person's browser, where they have just logged in: which is no fresh proof."""
    client = Client()
    client.post("/connexion/", {"nir": person.nir, "password": PASSWORD})
    return client


def test_every_page_of_an_account_says_whether_it_is_sensitive():
    mine = {name for name, who in ACCESS.items() if name.startswith("accounts:") and who == LOGGED_IN}
    assert mine == SENSITIVE | HARMLESS, "a new page of an account: SENSITIVE or HARMLESS?"


@pytest.mark.parametrize("name", sorted(SENSITIVE))
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_fresh_proof_a_sensitive_page_does_nothing(visitor, person, name, method):
    before = person.__class__.objects.filter(pk=person.pk).values().get()
    response = getattr(visitor, method)(reverse(name), {"sure": "on", "email": "pirate@courriel.example"})
    if response.status_code == 405:
        return
    assert response["Location"].startswith(PROVE)
    assert person.__class__.objects.filter(pk=person.pk).values().get() == before


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_a_sensitive_view_wears_the_guard(name):
    view = resolve(reverse(name)).func
    while not getattr(view, "needs_fresh_proof", False):
        view = view.__wrapped__  # AttributeError: nowhere in its decorators


def test_the_proof_leads_back_with_what_was_typed(visitor, person):
    response = visitor.post("/adresse-mail/", {"email": "nouvelle@courriel.example"})
    page = visitor.get(response["Location"])
    assert "Est-ce bien vous" in page.text
    response = visitor.post(PROVE, {"current_password": PASSWORD, "next": response["Location"].split("next=")[1]})
    kept = visitor.get(response["Location"])
    assert 'action="/adresse-mail/"' in kept.text
    assert 'name="email" value="nouvelle@courriel.example"' in kept.text
    assert visitor.post("/adresse-mail/", {"email": "nouvelle@courriel.example"})["Location"] == "/adresse-mail/"
    person.refresh_from_db()
    assert person.email_wanted == "nouvelle@courriel.example"


def test_it_lasts_ten_minutes_and_is_the_person_s_own(visitor, person):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.post("/connexion/", {"nir": person.nir, "password": PASSWORD})
        visitor.post(PROVE, {"current_password": PASSWORD})
        clock.shift(599)
        assert visitor.get("/mon-compte/fermer/").status_code == 200
        clock.shift(2)
        assert visitor.get("/mon-compte/fermer/").status_code == 302


def test_a_wrong_password_proves_nothing_and_is_throttled(visitor):
    for _ in range(5):
        assert visitor.post(PROVE, {"current_password": "faux"}).status_code == 422
    answers = [visitor.post(PROVE, {"current_password": word}) for word in ("faux", PASSWORD)]
    assert [answer.status_code for answer in answers] == [422, 422]
    errors = [answer.context["form"].errors for answer in answers]
    assert errors[0] == errors[1], "a try that was not looked at tells nothing"
    assert visitor.get("/mon-compte/fermer/").status_code == 302


def test_an_open_browser_is_no_way_to_the_account(visitor, person):
    """Unattended: neither the address, nor the password, nor the data."""
    for path in ("/adresse-mail/", "/mon-compte/mot-de-passe/", "/mon-compte/donnees/"):
        response = visitor.post(
            path, {"email": "pirate@courriel.example", "password": "Pirate-79x", "password_again": ""}
        )
        assert response["Location"].startswith(PROVE)
    person.refresh_from_db()
    assert person.email_wanted == ""
    assert person.check_password(PASSWORD)


def test_an_account_without_a_password_proves_itself_by_franceconnect_only(as_user, settings):
    settings.FRANCECONNECT_CLIENT_ID = "adm79"
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    FranceConnectIdentityFactory(user=person)
    client = as_user(person, method="franceconnect")
    page = client.get(PROVE).text
    assert 'name="purpose" value="prove"' in page
    assert 'name="current_password"' not in page
    assert client.post(PROVE, {"current_password": ""}).status_code == 422
    client.post(reverse("accounts:profile-unlink-franceconnect"))
    assert FranceConnectIdentity.objects.exists()


ADMIN = [
    (["admin:accounts_user_change"], {"email": "pirate@courriel.example"}),
    (["admin:accounts_user_act", "correct"], {"amount": "100", "reason": "x"}),
]


@pytest.mark.parametrize(("page", "posted"), ADMIN)
def test_staff_prove_themselves_too(page, posted, staff_client, person):
    name, *more = page
    url = reverse(name, args=[person.pk, *more])
    assert staff_client.post(url, posted)["Location"].startswith(PROVE)
    person.refresh_from_db()
    assert (person.email_wanted, person.rights_balance) == ("", 0)
    staff_client.post(PROVE, {"current_password": PASSWORD})
    assert press(staff_client, url, posted)["Location"].startswith("/admin/")


def test_the_proof_of_one_is_not_the_proof_of_another(as_user, person):
    client = fresh(as_user(person))
    session = client.session
    session["fresh_proof"] = {**session["fresh_proof"], "user": str(UserFactory().pk)}
    session.save()
    assert client.get("/mon-compte/fermer/").status_code == 302
