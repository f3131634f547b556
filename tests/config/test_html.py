"""Every page of the URL walk, seen by a visitor, an official and staff, with its mistakes shown, is valid HTML.

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
from django.test import Client

from tests.config.pages import seen, staff_pages  # noqa: F401  a fixture
from tests.config.test_access import world  # noqa: F401  a fixture
from tests.machine import find_html_checker

pytestmark = pytest.mark.django_db

SIDEBAR = re.compile(r'<nav class="sticky" id="nav-sidebar".*?</nav>', re.DOTALL)
"""Django's list of all tables, whose rows are shorter than its head where one may not add; the same on every page."""
OF_DJANGO = (
    ("Element “option” without attribute “label” must not be empty", ' value=""></option></sele'),
    ("A “select” element with a “required” attribute", 'lang="fr"></select>'),
    ("Attribute “disabled” not allowed on element “div”", '<div disabled aria-describedby="id_password_helptext"'),
    ("No “p” element in scope but a “p” end tag seen", "</li></ul></p>"),
)
"""Faults of the admin's own widgets, by the beginning of the message and what is written there: a box with a search
that is empty yet, a password that is not shown, the rules of a new one."""


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


def judged(pages: dict[str, str], folder: Path) -> list[tuple[str, str, str]]:
    """Page, message and extract of each fault that the Nu Html Checker finds."""
    checker = find_html_checker()
    if not checker:
        reason = "no HTML checker on this machine: set VNU_JAR, or install vnu"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page)
    result = subprocess.run(
        [*checker, "--format", "json", "--skip-non-html", str(folder)], capture_output=True, text=True, check=False
    )
    return [
        (Path(each["url"]).stem, each["message"], each.get("extract", ""))
        for each in json.loads(result.stderr or '{"messages": []}')["messages"]
        if each["type"] == "error" or each.get("subType") == "warning"
    ]


def test_every_page_is_valid_html(pages, tmp_path: Path):
    wrong = {f"{name}: {message} ({extract[:90]!r})" for name, message, extract in judged(pages, tmp_path)}
    assert not wrong, "\n".join(sorted(wrong))


def test_every_kind_of_admin_page_is_valid_html(staff_pages, tmp_path: Path):  # noqa: F811
    ours = {name: SIDEBAR.sub("", page) for name, page in staff_pages.items()}
    wrong = {
        f"{name}: {message} ({extract[:90]!r})"
        for name, message, extract in judged(ours, tmp_path)
        if not any(message.startswith(start) and sign in extract for start, sign in OF_DJANGO)
    }
    assert not wrong, "\n".join(sorted(wrong))
