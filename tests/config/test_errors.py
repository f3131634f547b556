"""Nobody sees a traceback, an English page or a blank one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from config.demo.middleware import PlainErrorsMiddleware
from core.throttling import TooManyError


@pytest.mark.django_db
def test_the_address_of_a_button_opened_by_hand_says_so_in_french(official_client):
    response = official_client.get("/identite/retirer/")
    assert response.status_code == 405
    assert "Cette adresse ne s'ouvre pas directement" in response.content.decode()


@pytest.mark.django_db
class TestTheDemo:
    """DEBUG is on there, and visitors see what they would see on the real site."""

    @pytest.fixture(autouse=True)
    def demo(self, settings):
        settings.DEBUG = True
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "config.demo.middleware.PlainErrorsMiddleware"]

    @pytest.mark.parametrize("address", ["/rien/", "/compte/inconnue/"])
    def test_a_page_that_is_not_there(self, official_client, address):
        response = official_client.get(address)
        assert response.status_code == 404
        assert "Cette page n'existe pas" in response.content.decode()

    def test_an_address_without_its_final_slash_is_completed(self, client):
        assert client.get("/aide")["Location"] == "/aide/"


def test_a_failure_of_the_demo_is_logged_and_answered_calmly(caplog):
    middleware = PlainErrorsMiddleware(lambda request: None)
    request = RequestFactory().get("/")
    response = middleware.process_exception(request, ZeroDivisionError("secret"))
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text
    for refusal in (PermissionDenied(), TooManyError(timedelta(minutes=2))):  # these have pages of their own
        assert middleware.process_exception(request, refusal) is None


@pytest.mark.django_db
def test_what_a_view_does_not_find_is_not_found_in_the_demo():
    response = PlainErrorsMiddleware(lambda request: None).process_exception(RequestFactory().get("/"), Http404())
    assert response.status_code == 404
