"""Hostile bytes at every address: a page, never a failure. PostgreSQL refuses what SQLite takes."""

import os
from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests.config.test_access import ADMIN, SITE, STAFF_DOOR, address, world  # noqa: F401  the fixture
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

HOSTILE = (
    "a\0b",
    "\0",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "9" * 40,
    "-1",
    "' OR 1=1 --",
    "\u202e\u200b\ufeff",
    "x" * 5_000,
    "{{ 7|add:7 }}%s%(a)s",
    "1e400",
    "NaN",
    "٣",
    "../../etc/passwd",
)
NAMES = (
    "q", "lieu", "theme", "mois", "page", "mode", "next", "postal_code", "country", "city", "city_name", "format",
    "resource", "o", "p", "all", "action", "_selected_action", "document_kind", "birth_name", "nir", "email",
    "birth_date_day", "birth_date_month", "birth_date_year", "state", "code", "error", "iss", "dossier", "purpose",
    "version", "reason", "expressions", "username", "password", "seats", "start", "id__exact", "moment", "seen",
    "refresh", "terms", "birth_place", "app_label", "model_name", "field_name", "term",
    "annee", "year", "taken", "links", "act", "text",
    "line-0", "column-state", "suite",
)  # fmt: skip
"""What the site's pages and its admin read from an address or a form."""
SENDS_AWAY = {"admin:logout", "accounts:logout", "accounts:profile-close"}


EVERYBODY = bool(os.environ.get("EVERYBODY"))
"""``make simulate``: everybody walks everywhere with every value; else two people with some of them."""


@pytest.fixture
def walkers(official, other_official, staff, staff_without_rights, as_user):
    """Who walks, by name: nobody, officials, staff of each role, staff of none, staff of all."""
    people = {"official": official, "staff with every right": staff}
    if EVERYBODY:
        people |= {"other official": other_official, "staff without a role": staff_without_rights}
        for role in Group.objects.order_by("name"):
            people[f"staff: {role}"] = StaffFactory()
            people[f"staff: {role}"].groups.add(role)
    clients = {name: as_user(person) for name, person in people.items()}
    return clients | ({"nobody": Client()} if EVERYBODY else {})


WALKS = (
    range(len(HOSTILE))
    if EVERYBODY
    else [0, pytest.param(1, marks=pytest.mark.postgres), pytest.param(2, marks=pytest.mark.postgres)]
)
"""SQLite takes nearly everything: one walk says that the pages do too."""


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.get_may_write("a walk of everything: what may be written by a GET is another test's matter")
def test_no_value_makes_any_page_fail(world, walkers, walk):  # noqa: F811
    """Each name gets another of the values in each walk."""
    posted = {name: HOSTILE[(place + 5 * walk) % len(HOSTILE)] for place, name in enumerate(NAMES)}
    asked = {name: value.replace("\0", "") for name, value in posted.items()}  # in an address NUL is refused in front
    failures, counts = [], Counter()
    for who, client in walkers.items():
        client.raise_request_exception = False
        everywhere = EVERYBODY or who != "official"
        for name in [*SITE, *ADMIN, *STAFF_DOOR] if EVERYBODY else [*ADMIN, *STAFF_DOOR] if everywhere else SITE:
            if name in SENDS_AWAY:
                continue
            url = address(name, world)
            answers = {"get": client.get(url, asked), "post": client.post(url, posted)}
            counts.update(answer.status_code for answer in answers.values())
            failures += [f"{who}: {how} {name}: {a.status_code}" for how, a in answers.items() if a.status_code >= 500]
    if EVERYBODY:
        told = ", ".join(f"{count} x {status}" for status, count in sorted(counts.items()))
        print(f"walk {walk}, {len(walkers)} people: {told}")
    assert failures == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/formations/%00/", ""),
        ("/aide/%00", ""),
        ("/formations/", "q=a%00b"),
        ("/formations/", "a%00b=1"),
        ("/connexion/", "next=%00"),
        ("/static/%00.css", ""),
        ("/admin/accounts/user/%00/change/", ""),
        ("/compte/communes/", "postal_code=%00"),
        ("/franceconnect/retour/", "state=%00&code=a"),
        ("/mot-de-passe/nouveau/%00/%00/", ""),
    ],
)
def test_nul_in_an_address_is_a_page_of_ours(client, path, query, settings):
    response = client.get(path, query_params={}, QUERY_STRING=query)
    assert response.status_code == 400
    page = response.content.decode()
    assert "Le site n'a pas compris cette demande" in page
    assert settings.ADM79_EMAIL in page
    assert "Content-Security-Policy" in response.headers


def test_nul_in_the_name_of_a_field_or_a_cookie(client):
    assert client.post("/connexion/", {"ni\0r": "1"}).status_code == 400
    plain = client.generic("POST", "/connexion/", b"ni%00r=1", content_type="application/x-www-form-urlencoded")
    assert plain.status_code == 400
    client.cookies["adm79_session"] = "a\0b"
    assert client.get("/").status_code == 400


def test_nul_in_a_value_is_only_dropped(official_client, official):
    response = official_client.post("/mon-compte/nom-d-usage/", {"usual_name": "Mo\0reau", "diploma": ""})
    official.refresh_from_db()
    assert (response.status_code, official.usual_name) == (302, "Moreau")


@pytest.mark.parametrize(
    "charset",
    [
        "utf-16",
        "iso-8859-1",
        "windows-1252",
        "utf-7",
        "utf-32",
        "idna",
        "punycode",
        "rot13",
        "base64",
        "x-no",
    ],
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_in_another_charset_gets_a_page(charset, kind):
    response = Client().generic("POST", "/connexion/", b"nir=1", content_type=f"{kind}; charset={charset}")
    assert response.status_code == 400
    assert "Le site n'a pas compris" in response.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii"])
def test_a_form_in_utf8_is_read(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert Client().generic("POST", "/connexion/", b"nir=1&password=a", content_type=kind).status_code == 422
