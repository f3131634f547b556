"""Every page of the URL walk, seen by a visitor and by an official, with its mistakes shown, is valid HTML.

Judged by the Nu Html Checker (the W3C's, `tests/machine.py`). Without it that test is skipped on a developer's machine
and fails in CI; ids and titles are judged anyway.
"""

import json
import os
import re
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.config.test_access import ACCESS, LOGGED_IN, OWN, PUBLIC, SITE, address, world  # noqa: F401  a fixture
from tests.machine import find_html_checker

pytestmark = pytest.mark.django_db


WHAT_EACH_SEES = {"visitor": (PUBLIC,), "official": (PUBLIC, LOGGED_IN, OWN)}


def seen(visitor: str, client: Client, world: dict) -> dict[str, str]:  # noqa: F811
    """HTML by name: what *visitor* gets, and what a form posted empty answers."""
    found = {}
    for name in [each for each in SITE if ACCESS.get(each) in WHAT_EACH_SEES[visitor] and "logout" not in each]:
        for method in ("get", "post"):
            if html := document(getattr(client, method)(address(name, world))):
                found[f"{visitor}-{name.replace(':', '-')}-{method}"] = html
    return found


def document(response: HttpResponse) -> str:
    """The whole page that *response* holds; empty where it holds something else."""
    html = response.headers.get("Content-Type", "").startswith("text/html") and response.content
    return html.decode() if html and html.lstrip().lower().startswith(b"<!doctype html>") else ""


@pytest.fixture
def pages(world, official_client) -> dict[str, str]:  # noqa: F811
    """HTML by name, seen by a visitor and by an official."""
    return seen("visitor", Client(), world) | seen("official", official_client, world)


class Shape(HTMLParser):
    """The ids of a page, and the ids that something in it points to."""

    POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "list")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            elif name in self.POINTERS:
                self.pointed |= set((value or "").split())
            elif name == "href" and (value or "").startswith("#"):
                self.pointed.add((value or "#")[1:])


def test_no_page_has_an_id_twice_or_points_to_none(pages):
    wrong = {}
    for name, page in pages.items():
        shape = Shape(page)
        twice = [each for each, count in Counter(shape.ids).items() if count > 1]
        lost = sorted(shape.pointed - set(shape.ids))
        if twice or lost:
            wrong[name] = (twice, lost)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    assert len(pages) > 60


def test_every_page_is_named_for_what_it_is_about(pages):
    titles = {name: re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1] for name, page in pages.items()}
    assert [name for name, title in titles.items() if not title.endswith(" – ADM79")] == []
    assert [name for name, title in titles.items() if title == "Guide Mon Compte Élu – ADM79"] == []


def test_every_page_is_valid_html(pages, tmp_path: Path):
    checker = find_html_checker()
    if not checker:
        reason = "no HTML checker on this machine: set VNU_JAR, or install vnu"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    for name, page in pages.items():
        (tmp_path / f"{name}.html").write_text(page)
    result = subprocess.run(
        [*checker, "--format", "json", "--skip-non-html", str(tmp_path)], capture_output=True, text=True, check=False
    )
    messages = json.loads(result.stderr or '{"messages": []}')["messages"]
    errors = {
        f"{Path(each['url']).stem}: {each['message']} ({each.get('extract', '')[:90]!r})"
        for each in messages
        if each["type"] == "error" or each.get("subType") == "warning"
    }
    assert not errors, "\n".join(sorted(errors))
