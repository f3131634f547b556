"""A real browser on the real site: Debian's Chromium, driven by Playwright, with axe-core for accessibility."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.machine import find_browser

# Playwright's loop runs in the tests' thread; Django would refuse the ORM there. Nothing here is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
AXE = HERE / "vendor" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
TIMEOUT = 20_000  # milliseconds; a page takes a few tens, a loaded machine takes what it takes
expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium. Without one: skipped on a developer's machine, a failure in CI."""
    path = find_browser()
    if path is None:
        reason = "no Chromium on this machine: install it (apt install chromium) to run the browser tests"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """``page.goto("/connexion/")`` goes to the site under test."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A French browser in France, without motion: colours are looked at when they have settled."""
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}


def watch(page: Page, complaints: list[str]) -> Page:
    """Note what a visitor's console would say: errors of scripts, things the CSP forbids."""
    page.set_default_timeout(TIMEOUT)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return page


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page with JavaScript; the test fails if a script fails or the CSP has to forbid something."""
    complaints: list[str] = []
    yield watch(context.new_page(), complaints)
    assert complaints == []


@pytest.fixture
def page_no_js(browser: Browser, browser_context_args: dict) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield watch(context.new_page(), [])
    context.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The vendored axe-core, unchanged."""
    source = AXE.read_bytes()
    assert hashlib.sha256(source).hexdigest() == AXE_SHA256, "axe.min.js is not the file that its README describes"
    return source.decode()


@pytest.fixture
def axe(axe_source: str) -> Callable[[Page], None]:
    """A function that fails when a page (as it stands now) breaks WCAG 2.1 AA or axe's good practices."""

    def check(page: Page) -> None:
        page.evaluate(axe_source)
        result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
        found = [
            f"{rule['id']}: {rule['help']} — " + " | ".join(node["html"][:120] for node in rule["nodes"][:5])
            for rule in result["violations"]
        ]
        assert found == [], f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture
def sign_in(context: BrowserContext, base_url: str, as_user: Callable) -> Callable:
    """A function that puts an account's session into the browser, for tests that are not about logging in."""

    def put(user, *, method: str = "password", into: BrowserContext | None = None) -> None:
        from django.conf import settings

        cookie = as_user(user, method=method).cookies[settings.SESSION_COOKIE_NAME]
        (into or context).add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])

    return put
