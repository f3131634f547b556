"""A redirect that leaves a swapped region moves the whole page; one within the region stays in it."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from config.middleware import HtmxRedirectMiddleware


def answer(response, *, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    request = RequestFactory().post("/inscriptions/", headers=headers)
    return HtmxMiddleware(HtmxRedirectMiddleware(lambda request: response))(request)


def redirect(*, stays):
    response = HttpResponseRedirect("/connexion/")
    if stays:
        response["HX-Region"] = "step"
    return response


def test_htmx_is_told_to_move_the_whole_page():
    response = answer(redirect(stays=False), htmx=True)
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/connexion/"


def test_a_step_page_keeps_its_redirect_in_the_region():
    response = answer(redirect(stays=True), htmx=True)
    assert response.status_code == 302
    assert "HX-Redirect" not in response.headers


@pytest.mark.parametrize("stays", [True, False])
def test_without_javascript_a_redirect_is_a_redirect(stays):
    response = answer(redirect(stays=stays), htmx=False)
    assert (response.status_code, response["Location"]) == (302, "/connexion/")


@pytest.mark.parametrize("stays", [True, False])
def test_the_mark_never_leaves_the_server(stays):
    assert "HX-Region" not in answer(redirect(stays=stays), htmx=False).headers


def test_pages_pass_unchanged():
    response = HttpResponse("page")
    assert answer(response, htmx=True) is response


@pytest.mark.django_db
def test_a_lost_session_sends_the_whole_page_to_the_login(client):
    response = client.get("/mes-droits/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/connexion/?next=/mes-droits/"
