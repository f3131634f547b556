"""The log helps to repair and tells nobody's data."""

import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from config.logs import DiscreetFormatter
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
@pytest.mark.parametrize("path", ["/mot-de-passe/nouveau/qui/jeton-secret/", "/adresse-mail/confirmer/jeton-secret/"])
def test_a_mailed_link_is_not_logged_while_it_still_opens_something(written, path):
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert [line for line in written if "CSRF" in line]
    assert not [line for line in written if "jeton-secret" in line]
