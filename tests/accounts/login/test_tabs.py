"""Tabs left open: who is in is led on, and what was typed in a browser closed from elsewhere is not lost."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import OpenSession
from core.models import Draft
from tests.accounts.signup.steps import go_to
from tests.factories import PASSWORD, PostalCodeFactory

pytestmark = pytest.mark.django_db


def enter(person, **extra) -> Client:
    client = Client(**extra)
    client.post("/connexion/", {"nir": person.nir, "password": PASSWORD})
    return client


@pytest.mark.parametrize("address", ["/connexion/", "/compte/creer/", "/mot-de-passe/oublie/"])
def test_a_stale_form_of_somebody_who_is_in_leads_on(official, address):
    browser = enter(official, enforce_csrf_checks=False)
    browser.handler.enforce_csrf_checks = True  # the token in the old tab is from before the login
    response = browser.post(address, {"csrfmiddlewaretoken": "x" * 64, "nir": "1", "next": "/formations/"})
    assert (response.status_code, response["Location"]) == (302, "/formations/")


def test_another_stale_form_still_says_that_it_is_stale(official):
    browser = enter(official)
    browser.handler.enforce_csrf_checks = True
    response = browser.post("/mon-compte/telephones/", {"mobile": "06 12 34 56 78"})
    assert response.status_code == 403
    assert "plus à jour" in response.content.decode()


def test_a_stale_form_of_a_stranger_is_refused():
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"nir": "1"})
    assert response.status_code == 403


@pytest.mark.get_may_write("a browser is given its mark")
def test_a_signup_tab_whose_draft_is_gone_leads_who_is_in_on(official):
    PostalCodeFactory()
    browser = Client()
    base = go_to(browser, "adresse")
    Draft.objects.all().delete()
    browser.post("/connexion/", {"nir": official.nir, "password": PASSWORD})
    assert browser.get(f"{base}adresse/")["Location"] == "/mes-droits/"
    assert Client().get(f"{base}adresse/").status_code == 410


class TestClosedFromElsewhere:
    TYPED = {"mobile": "06 12 34 56 78", "landline": ""}

    @pytest.fixture
    def left_open(self, official):
        """A browser that « Déconnecter partout » closed from another one."""
        old, new = enter(official), enter(official)
        new.post("/mon-compte/sessions/fermer/")
        return old

    def test_what_was_typed_there_is_kept_for_its_author(self, left_open, official, other_official):
        response = left_open.post("/mon-compte/telephones/", self.TYPED)
        assert response["Location"].startswith("/connexion/?next=/connexion/reprise/")
        login = left_open.get(response["Location"])
        assert "depuis un autre appareil" in login.content.decode()
        kept = response["Location"].partition("next=")[2]
        assert Client().get(kept).status_code == 302
        left_open.post("/connexion/", {"nir": official.nir, "password": PASSWORD})
        page = left_open.get(kept).content.decode()
        assert 'value="06 12 34 56 78"' in page
        assert 'action="/mon-compte/telephones/"' in page
        assert enter(other_official).get(kept).status_code == 302

    def test_a_page_only_looked_at_asks_to_log_in_as_ever(self, left_open):
        assert left_open.get("/mon-compte/")["Location"] == "/connexion/?next=/mon-compte/"
        assert not Draft.objects.filter(kind="parked").exists()

    def test_not_after_two_hours_nor_after_a_change_of_password(self, left_open, official):
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=3)):
            left_open.post("/mon-compte/telephones/", self.TYPED)
        assert not Draft.objects.filter(kind="parked").exists()
        other, here = enter(official), enter(official)
        new = {"current_password": PASSWORD, "password": "Marais-Poitevin79", "password_again": "Marais-Poitevin79"}
        here.post("/mon-compte/mot-de-passe/", new)
        other.post("/mon-compte/telephones/", self.TYPED)
        assert not Draft.objects.filter(kind="parked").exists()

    def test_a_closed_browser_is_shown_to_nobody_as_open(self, left_open, official):
        from accounts.login import browsers

        assert len(browsers.open_sessions(official)) == 1
        assert OpenSession.objects.filter(user=official).count() == 2
        browsers.purge(timezone.now() + datetime.timedelta(hours=3))
        assert OpenSession.objects.filter(user=official).exclude(closed_at=None).count() == 0
