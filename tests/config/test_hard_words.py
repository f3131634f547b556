"""No hard word of the field stands on an official's page without its meaning."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from config.glossary import WORDS
from tests.config.pages import seen
from tests.config.test_access import world  # noqa: F401  a fixture
from tests.french import plain

pytestmark = pytest.mark.django_db

HARD = {
    "dif": r"\bDIFE?\b",
    "mcf": r"Mon Compte Formation",
    "cpf": r"\bCPF\b",
    "franceconnect": r"FranceConnect(?!\+)",
    "franceconnect-plus": r"FranceConnect\+",
    "caisse-des-depots": r"Caisse des dépôts",
    "organisme": r"organismes? de formation",
    "proposition": r"[Pp]roposition de l'organisme",
    "convention": r"\b[Cc]onventions?\b",
    "bareme": r"\b[Bb]arème\b",
    "epci": r"\bEPCI\b",
    "edof": r"\bEDOF\b",
    "reste-a-charge": r"[Rr]estes? à charge",
    "rne": r"[Rr]épertoire national des élus",
}
"""Words of the training right that an official need not know, by the name of their meaning. Those of every town hall
(mandat, délibération, commune), of every day (session, dossier) and of every payslip (numéro de sécurité sociale, shown
on a drawn card where it is asked) are not hard."""
OTHERWISE = {
    "dif": "droit individuel à la formation",
    "mcf": "un site de l'État",
    "franceconnect": "Qu'est-ce que FranceConnect ?",
}
"""How a page says it that nobody can press on, the printed fiche; and the link under FranceConnect's own button."""


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


def is_explained(key: str, page: str) -> bool:
    """Whether *page* says what the word means: where it stands, at the foot, in the help's glossary, or otherwise."""
    said = OTHERWISE.get(key)
    listed = f"<dt>{WORDS[key].word}</dt>" if key in WORDS else None
    return f'id="mot-{key}"' in page or bool(said and said in page) or bool(listed and listed in page)


def test_every_hard_word_of_a_page_is_explained_on_it(world, official_client, settings):  # noqa: F811
    settings.FRANCECONNECT_CLIENT_ID = "adm79"  # so that its ways are told too
    pages = seen("visitor", Client(), world) | seen("official", official_client, world)
    unexplained = {}
    for name, page in pages.items():
        if "<main" not in page:
            continue
        text, main = plain(" ".join(Read(page).text.split())), plain(page[page.index("<main") : page.index("</main>")])
        for key, word in HARD.items():
            found = re.search(word, text)
            if found and not is_explained(key, main):
                unexplained[f"{name}: {key}"] = text[max(0, found.start() - 60) : found.end() + 40]
    assert not unexplained, "\n".join(f"{where}: …{text}…" for where, text in unexplained.items())
