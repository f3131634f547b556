"""Every page of the URL walk, the admin's included, breaks no rule of axe, in light and in dark.

The pages are what the test client got, handed to the browser with the static files, so that nobody has to log in there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.admin import site as admin_site
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from catalogue.models import Place
from tests.browser.conftest import AXE_TAGS
from tests.config.test_access import ADMIN, STAFF_DOOR, address, world  # noqa: F401  a fixture
from tests.config.test_html import document, seen

pytestmark = pytest.mark.django_db(transaction=True)

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


def staff_pages(client: Client, world: dict) -> dict[str, str]:  # noqa: F811
    """HTML by name: what staff get in the admin, and what its empty forms answer."""
    found = {}
    models = [model._meta for model in admin_site._registry if model is not Place]
    alike = {f"admin:{each.app_label}_{each.model_name}_{page}" for each in models for page in ("history", "delete")}
    for name in [each for each in ADMIN if each not in alike]:  # Django's own: those of one model show them all
        method = "post" if name.endswith("_add") else "get"  # an empty form answers with its mistakes
        if html := document(getattr(client, method)(address(name, world))):
            found[f"{name}-{method}"] = html
    for name in STAFF_DOOR - {"admin:logout"}:
        if html := document(Client().get(address(name, world))):
            found[name] = html
    return found


@pytest.mark.parametrize("who", ["visitor", "official", "staff"])
def test_no_page_breaks_a_rule_of_accessibility(who, world, official_client, staff_client, looked_at):  # noqa: F811
    page, documents = looked_at
    clients = {"visitor": Client(), "official": official_client}
    pages = staff_pages(staff_client, world) if who == "staff" else seen(who, clients[who], world)
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
