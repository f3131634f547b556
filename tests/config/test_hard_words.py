"""No hard word of the field stands on an official's page without its meaning."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.config.test_access import world  # noqa: F401  a fixture
from tests.config.test_html import seen
from tests.french import plain

pytestmark = pytest.mark.django_db

HARD = {
    "dif": r"\bDIFE?\b",
    "mcf": r"Mon Compte Formation",
    "cpf": r"\bCPF\b",
    "franceconnect-plus": r"FranceConnect\+",
    "caisse-des-depots": r"Caisse des dépôts",
    "organisme": r"organismes? de formation",
    "proposition": r"[Pp]roposition de l'organisme",
    "convention": r"\b[Cc]onventions?\b",
    "bareme": r"\b[Bb]arème\b",
    "epci": r"\bEPCI\b",
    "edof": r"\bEDOF\b",
    "rne": r"[Rr]épertoire national des élus",
}
"""Words of the training right that an official need not know, by the name of their meaning. Those of every town hall
(mandat, délibération, commune), of every day (session, dossier) and of every payslip (numéro de sécurité sociale, shown
on a drawn card where it is asked) are not hard."""
IN_THE_SENTENCE = {"dif": "droit individuel à la formation", "mcf": "un site de l'État"}
"""How a page that nobody can press on, the printed fiche, says it."""
TOLD_ELSEWHERE = re.compile(r"^\w+-(help|legal|privacy|terms|accessibility)")
"""The help has the glossary itself; legal texts define their own words."""


class Read(HTMLParser):
    """What is read of ``<main>``: its text, without drawings, and without what unfolds beside a step."""

    UNREAD = ("svg", "script", "style", "aside", "select", "a", "button", "h1", "h2", "h3", "title", "dt", "label")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.stack = "", []
        self.feed(page[page.index("<main") : page.index("</main>")])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self.UNREAD or any(name == "popover" for name, _ in attributes):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.stack and self.stack[-1] == tag:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not self.stack:
            self.text += data


def test_every_hard_word_of_a_page_is_explained_on_it(world, official_client):  # noqa: F811
    pages = seen("visitor", Client(), world) | seen("official", official_client, world)
    unexplained = {}
    for name, page in pages.items():
        if TOLD_ELSEWHERE.match(name) or "<main" not in page:
            continue
        text = plain(" ".join(Read(page).text.split()))
        for key, word in HARD.items():
            found = re.search(word, text)
            said = IN_THE_SENTENCE.get(key)
            if found and f'id="mot-{key}"' not in page and not (said and said in text):
                unexplained[f"{name}: {key}"] = text[max(0, found.start() - 60) : found.end() + 40]
    assert not unexplained, "\n".join(f"{where}: …{text}…" for where, text in unexplained.items())
