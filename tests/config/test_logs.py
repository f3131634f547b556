"""The log helps to repair and tells nobody's data."""

import logging
import logging.config
import re
import uuid

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils.log import log_response

from config.logs import DiscreetFormatter, calm_noise
from tests.config.test_access import ROUTES
from tests.factories import PASSWORD, make_nir

REFUSED = """duplicate key value violates unique constraint "one_account"
DETAIL:  Failing row contains (1, Moreau, jeanne.moreau@courriel.example).
"""


@pytest.fixture
def written():
    """What the site's own handler writes to its log, line by line."""
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(DiscreetFormatter(settings.LOGGING["formatters"]["line"]["format"], style="{"))
    handler.addFilter(calm_noise)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def refuse():
    raise ValueError(REFUSED)


def test_the_row_that_postgresql_quotes_is_left_out(written):
    try:
        refuse()
    except ValueError:
        logging.getLogger("accounts").exception("account not made: %s", REFUSED)
    text = "\n".join(written)
    assert "Moreau" not in text
    assert "Traceback" in text
    assert "one_account" in text


def test_the_site_writes_its_log_with_it():
    assert settings.LOGGING["formatters"]["line"]["()"] == "config.logs.DiscreetFormatter"


@pytest.mark.django_db
def test_what_is_typed_at_the_door_is_not_logged(written):
    nir = make_nir()[:13]
    client = Client()
    for path in ("/connexion/", "/admin/login/"):
        client.post(path, {"nir": nir, "username": nir, "password": PASSWORD, "code": PASSWORD})
    client.get(f"/nulle-part/?nir={nir}")
    assert written, "the page that is not there leaves a line"
    assert not [line for line in written if nir in line or PASSWORD in line]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/mot-de-passe/nouveau/qui/jeton-secret/", "/adresse-mail/confirmer/jeton-secret/", "/lettre/jeton-secret/"],
)
def test_a_mailed_link_is_not_logged_while_it_still_opens_something(written, path):
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert [line for line in written if "CSRF" in line]
    assert not [line for line in written if "jeton-secret" in line]


TYPED = {
    "nir": make_nir()[:13],
    "password": PASSWORD,
    "email": "jeanne.secrete@courriel.example",
    "birth_name": "Nom-Jamais-Dit",
    "q": "Mot-Jamais-Dit",
}


class FailingMiddleware:
    """Every view fails, quoting all that came with the request, as a careless library would."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        typed = {**request.POST.dict(), **request.GET.dict()}
        try:
            int(typed["nir"] + "x")
        except ValueError as error:
            raise RuntimeError(f"cannot take {typed}") from error


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_view_that_fails_writes_what_was_typed(written, official_client, staff_client, settings, method):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.config.test_logs.FailingMiddleware"]
    failed = 0
    for name, (_, path) in sorted(ROUTES.items()):
        client = staff_client if name.startswith("admin:") else official_client
        client.raise_request_exception = False
        address = "/" + re.sub(r"<uuid[^>]+>", str(uuid.UUID(int=1)), path)
        response = getattr(client, method)(re.sub(r"<[^>]+>", "1", address), TYPED)
        failed += response.status_code == 500
    assert failed > 100
    text = "\n".join(written)
    assert "RuntimeError" in text
    assert "process_view" in text
    assert [value for value in TYPED.values() if value in text] == []


@pytest.mark.django_db
def test_a_rule_of_the_database_is_named_and_the_row_is_not(written, official):
    try:
        type(official).objects.create(nir_digest=official.nir_digest, email=TYPED["email"])
    except IntegrityError:
        written.clear()
        logging.getLogger("accounts").exception("refused")
    text = "\n".join(written)
    assert "IntegrityError" in text
    assert official.nir_digest not in text
    assert TYPED["email"] not in text


NOISE = {
    "a forged host": ({"host": "ailleurs.example"}, "/"),
    "an absurd host": ({"host": "a_b:x<y>"}, "/connexion/"),
    "an address that is not there": ({}, "/wp-login.php"),
    "a NUL in the address": ({}, "/formations/%00/"),
    "a NUL in the question": ({}, "/formations/?q=%00&lieu=%00"),
    "half a character": ({}, "/formations/%ed%a0%80/?q=%ed%a0%80"),
    "an endless address": ({}, "/" + "a/" * 2000),
    "a number that no integer holds": ({}, "/formations/?page=" + "9" * 5000),
    "a way up": ({}, "/static/../../etc/passwd"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", NOISE)
def test_what_scanners_try_is_no_error_of_the_site(written, official_client, case):
    headers, address = NOISE[case]
    official_client.raise_request_exception = False
    assert official_client.get(address, headers=headers).status_code < 500
    assert not [line for line in written if " ERROR " in line or " CRITICAL " in line]


@pytest.mark.django_db
def test_a_number_or_a_mail_in_an_address_made_by_hand_is_not_logged(written, client):
    nir = make_nir()
    client.get("/jeanne.moreau@courriel.example/")
    client.get(f"/formations/{nir}/")
    client.get(f"/{nir[:13]}/")
    assert [line for line in written if "Not Found" in line]
    assert not [line for line in written if nir[:13] in line or "moreau" in line]


@pytest.mark.django_db
def test_the_lines_about_a_request_and_its_answer_have_one_id(written, client, settings):
    response = client.get("/nulle-part/")
    assert len(response["X-Request-ID"]) == 32
    assert [line for line in written if response["X-Request-ID"] in line]
    settings.TRUSTED_PROXIES = 1
    given = "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/", headers={"x-request-id": given})["X-Request-ID"] == given
    assert client.get("/", headers={"x-request-id": "<script>"})["X-Request-ID"] != "<script>"
    settings.TRUSTED_PROXIES = 0
    assert client.get("/", headers={"x-request-id": given})["X-Request-ID"] != given


def test_a_stopped_database_is_one_line_a_request(written):
    error = OperationalError("password=secret")
    log_response("%s: %s", "Service Unavailable", "/", response=HttpResponse(status=503), exception=error)
    (line,) = written
    assert "OperationalError" in line
    assert "secret" not in line
    assert "Traceback" not in line
