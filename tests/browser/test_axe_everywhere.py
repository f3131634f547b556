"""Every page of the URL walk, the admin's included, breaks no rule of axe, in light and in dark.

The pages are what the test client got, handed to the browser with the static files, so that nobody has to log in there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import AXE_TAGS
from tests.config.pages import seen, staff_pages  # noqa: F401  a fixture
from tests.config.test_access import world  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)

SITE = "http://testserver"
STILL = "<style>*, *::before, *::after { transition: none !important; }</style>"
"""A scheme is looked at when its colours have settled."""
RUN = """([exclude, runOnly]) => axe.run({include: ['html'], exclude},
                                 {runOnly, resultTypes: ['violations'], preload: false})"""
"""Nothing is fetched again: no rule that we run reads the text of the style sheets."""
ALL_RULES = {"type": "tag", "values": AXE_TAGS}
RULES_OF_A_SCHEME = {"type": "rule", "values": ["color-contrast"]}
"""What a scheme changes; the other rules say in dark what they said in light."""
THE_SAME = ("#nav-sidebar", ".site-footer")
"""What is the same on every page, looked at on the first one that has it."""


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
    wrong: list[str] = []
    known: tuple[str, ...] = ()
    for path, name in zip(documents, pages, strict=True):
        page.emulate_media(color_scheme="light")
        page.goto(SITE + path, wait_until="domcontentloaded")  # after the style sheets and the scripts
        for scheme, only in (("light", ALL_RULES), ("dark", RULES_OF_A_SCHEME)):
            page.emulate_media(color_scheme=scheme)
            wrong += [
                f"{name} ({scheme}) {rule['id']}: {' | '.join(node['html'][:160] for node in rule['nodes'][:3])}"
                for rule in page.evaluate(RUN, [known, only])["violations"]
            ]
        known = tuple(each for each in THE_SAME if each in known or page.query_selector(each))
    assert not wrong, "\n".join(wrong)
