"""Every page of the URL walk, the admin's included, breaks no rule of axe, in light and in dark.

The pages are what the test client got, handed to the browser with the static files, so that nobody has to log in there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from playwright.sync_api import Browser, Page, Route

from accounts.models import Telephone, User
from catalogue.models import Place
from core import encryption
from enrolment.models import State
from tests.accounts.mandates.files import person, register
from tests.browser.conftest import AXE_TAGS
from tests.config.test_access import ADMIN, address, world  # noqa: F401  a fixture
from tests.config.test_admin_words import OPENED_BY_POST
from tests.config.test_html import document, seen
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import PASSWORD, SessionFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATES = site_settings.BASE_DIR / "templates"
NOT_A_KIND = ("emails/", "django/", "help/", "handbook/")
"""What draws parts that any page may have."""
SITE = "http://testserver"
STILL = "<style>*, *::before, *::after { transition: none !important; }</style></head>"
"""A scheme is looked at when its colours have settled."""
RUN = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"
ALL_RULES = {"type": "tag", "values": AXE_TAGS}
RULES_OF_A_SCHEME = {"type": "rule", "values": ["color-contrast"]}
"""What a scheme changes; the other rules say in dark what they said in light."""


@pytest.fixture
def looked_at(browser: Browser, axe_source: str) -> Iterator[tuple[Page, dict[str, str]]]:
    """A page of a browser that is online nowhere, and the documents by path that it can be shown."""
    documents: dict[str, str] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        file = finders.find(path.removeprefix("/static/").split("?")[0]) if path.startswith("/static/") else None
        if path in documents:
            route.fulfill(body=documents[path], content_type="text/html; charset=utf-8")
        elif file:
            route.fulfill(path=Path(file))
        else:
            route.fulfill(status=204)

    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    context.add_init_script(axe_source)
    context.route("**/*", answer)
    yield context.new_page(), documents
    context.close()


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
            found[name] = html
            drawn |= templates
    return found


@pytest.fixture
def staff_pages(world, staff, staff_client, run_tasks, settings) -> dict[str, str]:  # noqa: F811
    """One admin page of each kind; every template of ours is among them."""
    drawn: set[str] = set()
    pages = one_of_each(staff_answers(staff_client, world), drawn)
    pages |= one_of_each(iter([("register", register_answer(staff_client, run_tasks))]), drawn)
    settings.STAFF_OTP_REQUIRED = True
    pages |= one_of_each(door_answers(staff), drawn)
    ours = {str(each.relative_to(TEMPLATES)) for each in TEMPLATES.glob("admin/**/*.html")}
    assert ours - drawn == set(), "never looked at"
    return pages


@pytest.mark.parametrize("who", ["visitor", "official", "staff"])
def test_no_page_breaks_a_rule_of_accessibility(who, request, looked_at):
    page, documents = looked_at
    if who == "staff":
        pages = request.getfixturevalue("staff_pages")
    else:
        client = request.getfixturevalue("official_client") if who == "official" else Client()
        pages = seen(who, client, request.getfixturevalue("world"))
    assert len(pages) > 20
    documents |= {
        f"/{number}/": html.replace("</head>", f"{STILL}</head>", 1) for number, html in enumerate(pages.values())
    }
    wrong = []
    for path, name in zip(documents, pages, strict=True):
        page.emulate_media(color_scheme="light")
        page.goto(SITE + path)
        for scheme, only in (("light", ALL_RULES), ("dark", RULES_OF_A_SCHEME)):
            page.emulate_media(color_scheme=scheme)
            wrong += [
                f"{name} ({scheme}) {rule['id']}: {' | '.join(node['html'][:160] for node in rule['nodes'][:3])}"
                for rule in page.evaluate(RUN, only)["violations"]
            ]
    assert not wrong, "\n".join(wrong)
