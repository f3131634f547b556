"""Every page of the site as whoever may see it gets it, for the tests that judge pages: HTML, axe, words."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as site_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from accounts.models import Telephone, User
from catalogue.models import Place
from core import encryption
from enrolment.models import State
from tests.accounts.mandates.files import person, register
from tests.config.test_access import ACCESS, ADMIN, LOGGED_IN, OWN, PUBLIC, SITE, address, world  # noqa: F401
from tests.config.test_admin_words import OPENED_BY_POST
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import PASSWORD, SessionFactory, in_days

WHAT_EACH_SEES = {"visitor": (PUBLIC,), "official": (PUBLIC, LOGGED_IN, OWN)}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
"""Another one in each page; nothing else differs between two drawings."""
TEMPLATES = site_settings.BASE_DIR / "templates"
NOT_A_KIND = ("emails/", "django/", "help/", "handbook/")
"""What draws parts that any page may have."""


def seen(visitor: str, client: Client, world: dict) -> dict[str, str]:  # noqa: F811
    """HTML by name: what *visitor* gets, and what a form posted empty answers; each page once."""
    missing = document(client.get("/une-page-qui-n-existe-pas/"))
    found, known = {f"{visitor}-missing": missing}, set()
    for name in [each for each in SITE if ACCESS.get(each) in WHAT_EACH_SEES[visitor] and "logout" not in each]:
        for method, sent in (("get", {}), ("post", {"posted": "empty"})):
            html = document(getattr(client, method)(address(name, world), sent))
            main = TOKEN.sub("", html[html.find("<main") :])
            if html and main not in known:
                known.add(main)
                found[f"{visitor}-{name.replace(':', '-')}-{method}"] = html
    return found


def document(response: HttpResponse) -> str:
    """The whole page that *response* holds; empty where it holds something else."""
    html = response.headers.get("Content-Type", "").startswith("text/html") and response.content
    return html.decode() if html and html.lstrip().lower().startswith(b"<!doctype html>") else ""


def staff_answers(client: Client, world: dict) -> Iterator[tuple[str, HttpResponse]]:  # noqa: F811
    """Name and answer: what staff get in the admin, what its empty forms and some of its buttons answer."""
    for name in ADMIN:
        method = "post" if name.endswith("_add") or name in OPENED_BY_POST else "get"
        yield f"{name}-{method}", getattr(client, method)(address(name, world))
    world["session_id"] = dossier_in(State.ACCEPTED, SessionFactory(start=in_days(0))).session_id
    yield "presence", client.get(reverse("admin:catalogue_session_act", args=[world["session_id"], "presence"]))
    yield "publish", client.get(reverse("admin:core_announcement_act", args=[world["announcement_id"], "publish"]))
    yield "person", client.get(reverse("admin:accounts_user_change", args=[world["user_id"]]))
    yield "password", client.get(reverse("admin:auth_user_password_change", args=[User.objects.get(is_staff=True).pk]))
    several = {"action": "delete_selected", "_selected_action": [Place.objects.first().pk]}
    yield "several", client.post(reverse("admin:catalogue_place_changelist"), several)


def register_answer(client: Client, run_tasks: Callable[[], list[str]]) -> HttpResponse:
    """What a file of the register would change, once it is read."""
    file = register(person())
    file.name = "elus.csv"
    reading = client.post(reverse("admin:accounts_mandate_import"), {"file": file})
    run_tasks()
    return client.get(reading.url)


def door_answers(staff: User) -> Iterator[tuple[str, HttpResponse]]:
    """Name and answer: the way in, from the password to the recovery codes of the second factor."""
    client = Client()
    yield "login", client.post(reverse("admin:login"))
    client.post(reverse("admin:login"), {"username": staff.username, "password": PASSWORD, "next": "/admin/"})
    yield "start", client.get(reverse("admin:second-factor-set-up"))
    page = client.post(reverse("admin:second-factor-begin"), follow=True)
    yield "set-up", page
    code = TOTP(encryption.decrypt(Telephone.objects.get(user=staff).secret)).token()
    yield "recovery", client.post(page.request["PATH_INFO"], {"code": f"{code:06}"})
    client = Client()
    client.post(reverse("admin:login"), {"username": staff.username, "password": PASSWORD, "next": "/admin/"})
    yield "check", client.post(reverse("admin:second-factor-check"), {"code": "000000"})


def one_of_each(answers: Iterator[tuple[str, HttpResponse]], drawn: set[str]) -> dict[str, str]:
    """HTML by name of the pages drawn with a template, a field's included, that none before was drawn with."""
    found = {}
    for name, response in answers:
        templates = {str(each.name) for each in response.templates} - {"None"}
        templates = {each for each in templates if not each.startswith(NOT_A_KIND)}
        if (html := document(response)) and not templates <= drawn:
            found[f"staff-{name.replace(':', '-')}"] = html
            drawn |= templates
    return found


@pytest.fixture
def staff_pages(world, staff, staff_client, run_tasks, settings) -> dict[str, str]:  # noqa: F811
    """HTML by name of one admin page of each kind; every template of ours is among them."""
    drawn: set[str] = set()
    pages = one_of_each(staff_answers(staff_client, world), drawn)
    pages |= one_of_each(iter([("register", register_answer(staff_client, run_tasks))]), drawn)
    settings.STAFF_OTP_REQUIRED = True
    pages |= one_of_each(door_answers(staff), drawn)
    ours = {str(each.relative_to(TEMPLATES)) for each in TEMPLATES.glob("admin/**/*.html")}
    assert ours - drawn == set(), "never looked at"
    return pages
