"""A login page left open in a tab, its person logged in meanwhile in another."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(official) -> Client:
    """A logged-in browser that refuses a form without its token, as real ones do."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(official, backend="accounts.login.backends.NirBackend")
    return browser


def test_it_leads_on_instead_of_being_refused(strict):
    response = strict.post("/connexion/", {"nir": "x", "password": "y", "next": "/inscriptions/"})
    assert response.status_code == 302
    assert response["Location"] == "/inscriptions/"


def test_with_javascript_the_whole_page_moves(strict):
    response = strict.post("/connexion/", {"next": "/inscriptions/"}, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/inscriptions/"


def test_it_never_leads_off_the_site(strict):
    assert strict.post("/connexion/", {"next": "https://ailleurs.example/"})["Location"] == "/mes-droits/"


def test_any_other_form_without_its_token_is_refused_and_says_why(strict):
    response = strict.post("/deconnexion/")
    assert response.status_code == 403
    assert "cookies" in response.text
