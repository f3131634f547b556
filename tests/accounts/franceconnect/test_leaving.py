"""The button: what is asked of FranceConnect, and when there is none."""

import logging

import pytest
from django.urls import reverse

from tests.accounts.franceconnect.conftest import CALLBACK, DOSSIER, LOGIN, query_of

pytestmark = pytest.mark.django_db


def test_the_request_is_what_franceconnect_v2_requires(visitor, provider):
    address = visitor.leave()
    asked = query_of(address)

    assert address.startswith(f"{provider.issuer}/authorize?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == provider.client.client_id
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert asked["acr_values"] == "eidas1"
    assert asked["code_challenge_method"] == "S256"
    assert "prompt" not in asked
    assert set(asked["scope"].split()) == {
        "openid", "given_name", "family_name", "preferred_username", "birthdate", "gender", "birthplace",
        "birthcountry", "email",
    }  # fmt: skip


def test_state_and_nonce_hold_32_random_bytes_and_are_never_the_same(visitor):
    first, second = query_of(visitor.leave()), query_of(visitor.leave())

    assert len({first["state"], second["state"], first["nonce"], second["nonce"]}) == 4
    assert all(len(asked[name]) == 43 for asked in (first, second) for name in ("state", "nonce"))
    assert first["code_challenge"] != second["code_challenge"]


def test_the_secret_never_leaves_by_the_browser(visitor, provider):
    assert provider.client.client_secret not in visitor.leave()


def test_a_link_from_elsewhere_leaves_too(visitor, provider):
    response = visitor.client.get(LOGIN, {"next": "/formations/"})

    assert response.status_code == 302
    assert response["Location"].startswith(f"{provider.issuer}/authorize?")


def test_to_enrol_the_person_is_asked_again(visitor, known_claire, as_user):
    visitor.client = as_user(known_claire)

    assert query_of(visitor.leave(purpose="enrol", dossier=DOSSIER))["prompt"] == "login"


def test_nobody_enrols_without_being_logged_in_first(visitor):
    assert "prompt" not in query_of(visitor.leave(purpose="enrol", dossier=DOSSIER))


@pytest.mark.parametrize("name", ["login", "callback", "link", "logout", "logout-return"])
def test_without_client_id_there_is_no_franceconnect(client, settings, name):
    settings.FRANCECONNECT_CLIENT_ID = ""

    assert client.get(reverse(f"franceconnect:{name}")).status_code == 404


@pytest.mark.parametrize("name", ["accounts:login", "accounts:signup"])
def test_without_client_id_the_button_is_nowhere(client, db, settings, name):
    settings.FRANCECONNECT_CLIENT_ID = "adm79"
    assert LOGIN in client.get(reverse(name), follow=True).content.decode()
    settings.FRANCECONNECT_CLIENT_ID = ""
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert LOGIN not in page.content.decode()


@pytest.mark.parametrize("name", ["accounts:login", "accounts:signup"])
def test_the_button_stands_at_login_and_at_account_creation(client, provider, name):
    page = client.get(reverse(name), follow=True).content.decode()

    assert f'action="{LOGIN}"' in page
    assert "Qu'est-ce que FranceConnect" in page


@pytest.mark.parametrize(
    "issuer",
    ["http://localhost:9/api/v2", "https://localhost:9/api/v2", "https://127.0.0.2/api/v2", "http://fc.example/api/v2"],
)
def test_in_production_a_simulator_is_never_asked(visitor, settings, caplog, issuer):
    caplog.set_level(logging.WARNING, "accounts.franceconnect")
    settings.DEBUG = False
    settings.FRANCECONNECT_ISSUER = issuer

    response = visitor.client.post(LOGIN)

    assert response.status_code == 424
    assert "FranceConnect ne répond pas" in response.content.decode()
    assert "error=issuer_not_allowed" in caplog.text
