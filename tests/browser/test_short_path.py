"""How far it is from the fiche to the request sent, with FranceConnect, on a phone: pages, presses, screens down."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import FranceConnectIdentity, User
from tests.browser.test_main_path import (  # noqa: F401  the fixtures are used by name
    CLAIRE,
    FICHE,
    SENT,
    catalogue,
    franceconnect,
)
from tests.factories import MandateFactory, OfficialFactory
from tests.simulator.provider import Provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogue", "franceconnect")]

PHONE = {"width": 360, "height": 740}
KNOWN = (9, 10, 15)
"""Pages, presses and screens at most, for who has an account."""
NEWCOMER = (13, 14, 20)
"""The same with the account's creation on the way: the guide's four steps, then « connectez-vous à nouveau »."""

IN_SIGHT = (
    "element => { const bar = element.closest('.act-bar'); return !!bar && getComputedStyle(bar).position === 'fixed' }"
)
"""Whether a button stands in the bar that stays at the bottom of a telephone."""


@dataclass
class Journey:
    """Somebody with a telephone, who is counted."""

    page: Page
    base_url: str
    pages: list[str] = field(default_factory=list)
    presses: int = 0
    screens: int = 0

    def arrive(self, title: str | re.Pattern[str]) -> None:
        """A page of ours is there."""
        heading = self.page.get_by_role("heading", level=1, name=title)
        expect(heading).to_be_visible()
        self.pages.append(self.page.url)

    def press(self, control: Locator) -> None:
        """Press what is in the page: count the press, and the screens down to it."""
        self.presses += 1
        if not control.evaluate(IN_SIGHT):
            bottom = control.evaluate("element => element.getBoundingClientRect().bottom + scrollY")
            self.screens += max(0, ceil(bottom / PHONE["height"]) - 1)
        control.click()

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("main").get_by_role("button", name=name).first)

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("main").get_by_role("link", name=name).first)

    def be_claire(self) -> None:
        """At FranceConnect's, which is not ours to count."""
        self.page.get_by_role("button", name=CLAIRE.label).click()

    def send_the_dossier(self) -> None:
        self.arrive("Vos informations")
        for label, value in (("Mandat", "Maire"), ("Commune ou collectivité du mandat", "Niort")):
            asked = self.page.get_by_label(label, exact=True)
            if asked.is_visible():
                asked.fill(value)
        self.button("Continuer")
        self.arrive("Qui paie la formation")
        self.button("Continuer")
        self.arrive("Le financement")
        self.button("Continuer")
        self.arrive("Vérifier et envoyer")
        self.press(self.page.get_by_label(re.compile("^Je certifie")))
        self.button("Envoyer ma demande")
        self.arrive(SENT)

    def within(self, most: tuple[int, int, int]) -> None:
        found = (len(self.pages), self.presses, self.screens)
        print(f"{found[0]} pages, {found[1]} presses, {found[2]} screens down")
        assert all(one <= limit for one, limit in zip(found, most, strict=True)), (found, most, self.pages)


@pytest.fixture
def journey(page: Page, base_url: str) -> Iterator[Journey]:
    page.set_viewport_size(PHONE)
    return Journey(page, base_url)


@pytest.fixture
def claire(franceconnect: Provider) -> User:  # noqa: F811
    """Claire, who came by FranceConnect before, with a mandate that is known."""
    user = OfficialFactory(nir=CLAIRE.nir, birth_name=CLAIRE.family_name, first_names=CLAIRE.given_name)
    MandateFactory(user=user)
    FranceConnectIdentity.objects.create(user=user, issuer=franceconnect.issuer, sub=franceconnect.sub("claire"))
    return user


@pytest.mark.usefixtures("claire")
def test_somebody_known_goes_from_the_fiche_to_the_request_in_a_few_pages(journey: Journey):
    journey.page.goto(FICHE)
    journey.arrive(re.compile("."))
    journey.button("S'identifier avec FranceConnect")
    journey.be_claire()
    journey.arrive(re.compile("La gestion du domaine"))
    journey.button("Créer mon dossier d'inscription")
    journey.page.get_by_role("heading", level=1, name=re.compile("Vous identifier|Vos informations")).wait_for()
    if "identification" in journey.page.url:
        journey.arrive("Vous identifier à nouveau")
        journey.button("S'identifier avec FranceConnect")
        journey.be_claire()
    journey.send_the_dossier()
    journey.within(KNOWN)


def test_a_newcomer_does_it_in_one_go_too(journey: Journey):
    journey.page.goto(FICHE)
    journey.arrive(re.compile("."))
    journey.button("S'identifier avec FranceConnect")
    journey.be_claire()
    journey.arrive("Première visite avec FranceConnect")
    journey.link("Créer mon compte")
    journey.arrive("Votre identité")
    journey.page.get_by_label("Numéro de sécurité sociale").fill(CLAIRE.nir)
    journey.button("Continuer")
    journey.arrive("Votre contact")
    journey.page.get_by_label("Téléphone mobile").fill("06 39 98 12 34")
    journey.page.get_by_label("Adresse mail personnelle").fill("claire@exemple.fr")
    journey.button("Continuer")
    journey.arrive("Votre adresse de domicile")
    journey.page.get_by_label("Code postal").fill("79000")
    journey.page.get_by_label("Ville").select_option(label="Niort")
    journey.page.get_by_label("Nom de la voie").fill("des Lilas")
    journey.button("Continuer")
    journey.arrive("Vérification")
    journey.press(journey.page.get_by_label(re.compile("^J'ai lu et j'accepte")))
    journey.button("Créer mon compte")
    journey.arrive(re.compile("La gestion du domaine"))
    journey.button("Créer mon dossier d'inscription")
    journey.arrive("Vous identifier à nouveau")
    journey.button("S'identifier avec FranceConnect")
    journey.be_claire()
    journey.send_the_dossier()
    journey.within(NEWCOMER)
