"""The whole way of an official who has nothing: from the link on a fiche to ADM79's answer.

Both branches of the guide (password with a verified identity, FranceConnect), with JavaScript and without.
Afterwards neither the database nor the log knows a social-security number or a password.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from core.models import OutgoingMail
from tests.simulator.people import PEOPLE
from tests.simulator.provider import Client as RegisteredClient
from tests.simulator.provider import Provider
from tests.simulator.server import running

pytestmark = pytest.mark.django_db(transaction=True)

FICHE = "/formations/gestion-domaine-public-prive-commune/"
TITLE = "La gestion du domaine public et privé de la commune"
SENT = "Votre demande d'inscription est envoyée. Attendez la réponse de l'ADM79"
PASSWORD = "Marais-Poitevin79"
NIR = "2 53 07 2B 073 004 70"
CLAIRE = next(person for person in PEOPLE if person.key == "claire")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the site writes to its log meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def catalogue(transactional_db: None) -> None:
    """The demonstration's catalogue, with every commune of France."""
    call_command("load_communes", verbosity=0)
    call_command("load_demo_catalogue", verbosity=0)


@pytest.fixture
def franceconnect(live_server, settings) -> Iterator[Provider]:
    """The simulator of FranceConnect, and the site set up for it."""
    client = RegisteredClient.of_site(live_server.url)
    with running(client=client) as simulator:
        settings.DEBUG = True  # without it, a provider on this machine is refused
        settings.FRANCECONNECT_ISSUER = simulator.provider.issuer
        settings.FRANCECONNECT_CLIENT_ID = client.client_id
        settings.FRANCECONNECT_CLIENT_SECRET = client.client_secret
        origin = simulator.provider.issuer.rsplit("/api", 1)[0]
        csp = settings.SECURE_CSP
        settings.SECURE_CSP = {**csp, "form-action": [*csp["form-action"], origin]}
        cache.clear()
        yield simulator.provider
        cache.clear()


@dataclass
class Walker:
    """An official at a browser, who reads labels and presses buttons."""

    page: Page
    check: Callable[[Page], None]
    """Looks at the page's accessibility (nothing to look with when JavaScript is off)."""

    def heading(self, words: str) -> None:
        """The page asked for is there, and accessible."""
        expect(self.page.get_by_role("heading", level=1, name=words)).to_be_visible()
        self.check(self.page)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}(\s+\(facultatif\))?\s*$")).first

    def fill(self, label: str, value: str) -> None:
        self.field(label).fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def refused(self, message: str) -> None:
        """The page says what to do, and is accessible while it does."""
        expect(self.page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
        expect(self.page.get_by_text(message).first).to_be_visible()
        expect(self.page).to_have_title(re.compile("^Erreur : "))
        self.check(self.page)

    # The guide's steps ---------------------------------------------------------------------------

    def open_fiche(self) -> None:
        self.page.goto(FICHE)
        expect(self.page.get_by_text(TITLE).first).to_be_visible()
        self.check(self.page)

    def type_identity(self) -> None:
        self.heading("Votre identité")
        self.press("Continuer")
        self.refused("Saisissez votre nom de naissance")
        self.fill("Nom de naissance", "Mattéi-d'Ornano")
        self.fill("Numéro de sécurité sociale", NIR)
        self.press("Continuer")

    def finish_account(self, email: str) -> None:
        self.heading("Votre contact")
        self.fill("Téléphone mobile", "06 39 98 12 34")
        self.fill("Adresse mail personnelle", email)
        self.press("Continuer")
        self.heading("Votre adresse de domicile")
        self.fill("Numéro de voie", "12")
        self.fill("Nom de la voie", "de la Mairie")
        self.fill("Code postal", "79170")
        self._choose_town("Brioux-sur-Boutonne")
        self.press("Continuer")

    def _choose_town(self, town: str) -> None:
        towns = self.page.get_by_role("combobox", name="Ville")
        search = self.page.get_by_role("button", name="Chercher les communes")
        if search.is_visible():  # without JavaScript the list is asked for
            search.click()
        towns.select_option(label=town)

    def choose_password(self) -> None:
        self.heading("Votre mot de passe")
        self.fill("Mot de passe", PASSWORD)
        self.fill("Confirmez votre mot de passe", PASSWORD)
        self.accept_terms()

    def accept_terms(self) -> None:
        self.page.get_by_label("J'ai lu et j'accepte les conditions générales d'utilisation").check()
        self.press("Créer mon compte")

    def open_dossier(self) -> None:
        self.heading(TITLE)
        self.press("Créer mon dossier d'inscription")
        self.heading("Vous identifier à nouveau")

    def confirm_address(self, mails: list[EmailMessage]) -> None:
        """Follow the link of the mail that asks to confirm the address, and come back."""
        dossier = self.page.url
        link = next(found for mail in mails if (found := re.search(r"/adresse-mail/confirmer/\S+", mail.body)))
        self.page.goto(link.group())
        self.press("Confirmer")
        expect(self.page.get_by_text("confirmée").first).to_be_visible()
        self.page.goto(dossier)

    def send_documents(self) -> None:
        self.follow("Faire vérifier mon identité")
        self.heading("Faire vérifier mon identité")
        self.page.get_by_label("Carte nationale d'identité").check()
        self.press("Continuer")
        self.heading("Les photos")
        self.press("Continuer")
        self.refused("Choisissez une photo du recto")
        for side in ("Recto", "Verso"):
            copy = {"name": f"{side}.jpg", "mimeType": "image/jpeg", "buffer": photo(side)}
            self.page.get_by_label(re.compile(f"^{side} de la carte")).set_input_files(copy)
        self.press("Continuer")
        self.heading("Ce qui est écrit sur la pièce")
        self.press("Envoyer ma pièce d'identité")
        self.refused("Saisissez vos prénoms")
        self.fill("Nom de naissance", "Mattéi-d'Ornano")
        self.fill("Prénom(s)", "Jeanne Marie")
        for part, value in (("Jour", "14"), ("Mois", "7"), ("Année", "1953")):
            self.fill(part, value)
        self.fill("Lieu de naissance", "Casamaccioli")
        self.fill("Nationalité", "Française")
        self.press("Envoyer ma pièce d'identité")
        expect(self.page.get_by_text("en cours de vérification").first).to_be_visible()
        self.check(self.page)

    def fill_dossier(self) -> None:
        self.heading("Vos informations")
        self.fill("Mandat", "Maire")
        self.fill("Commune ou collectivité du mandat", "Brioux-sur-Boutonne")
        if not self.field("Prénoms").input_value():
            self.fill("Prénoms", "Jeanne Marie")
        self.press("Continuer")
        self.heading("Qui paie la formation")
        self.press("Continuer")
        self.heading("Le financement")
        self.press("Continuer")
        self.heading("Vérifier et envoyer")
        self.press("Envoyer ma demande")
        self.refused("Cochez la case")
        self.page.get_by_label(re.compile("^Je certifie")).check()
        self.press("Envoyer ma demande")
        self.heading(SENT)


def photo(words: str) -> bytes:
    """One side of an invented identity card, as a telephone would take it."""
    image = Image.new("RGB", (1200, 800), "white")
    ImageDraw.Draw(image).text((100, 100), f"SPECIMEN {words}", fill="black")
    written = io.BytesIO()
    image.save(written, "JPEG")
    return written.getvalue()


def approve_identity(admin: Page) -> None:
    """ADM79 looks at the documents and approves them."""
    admin.goto("/admin/enrolment/identitycheck/")
    admin.locator("#result_list tbody a").first.click()
    admin.get_by_role("button", name="Examiner la pièce").click()
    for item in admin.get_by_role("checkbox").all():
        item.check()
    admin.get_by_role("button", name="Approuver").click()
    expect(admin.get_by_text(re.compile("vérifiée|approuvée", re.IGNORECASE)).first).to_be_visible()


def accept_request(admin: Page) -> None:
    """ADM79 accepts the request by its button."""
    admin.goto("/admin/enrolment/enrolment/")
    admin.locator("#result_list tbody a").first.click()
    admin.get_by_role("link", name="Accepter").or_(admin.get_by_role("button", name="Accepter")).first.click()
    confirm = admin.get_by_role("button", name=re.compile("Accepter|Confirmer"))
    if confirm.count():
        confirm.first.click()
    expect(admin.get_by_text("acceptée").first).to_be_visible()
    # The minute during which the answer can be taken back is over.
    OutgoingMail.objects.update(not_before=None)
    DBTaskResult.objects.update(run_after=timezone.now())


def everything_stored() -> str:
    """Every value of every row of every table, as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [str(bytes(value) if isinstance(value, memoryview) else value) for row in cursor for value in row]
    return "\n".join(rows)


@pytest.fixture
def admin(browser: Browser, browser_context_args: dict, staff, sign_in, base_url) -> Iterator[Page]:
    """ADM79's own browser."""
    context = browser.new_context(**browser_context_args)
    sign_in(staff, into=context)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["javascript", "no javascript"])
def walker(request: pytest.FixtureRequest, axe) -> Walker:
    """The official's browser."""
    if request.param == "javascript":
        return Walker(request.getfixturevalue("page"), axe)
    return Walker(request.getfixturevalue("page_no_js"), lambda page: None)


def assert_nothing_secret_stays(nir: str, log: io.StringIO) -> None:
    stored, logged = everything_stored(), log.getvalue()
    assert TITLE in stored
    for secret in (nir, nir[:13], PASSWORD):
        assert secret not in stored
        assert secret not in logged


@pytest.mark.usefixtures("catalogue", "live_server")
def test_with_a_password_an_official_enrols_once_the_identity_is_verified(
    walker: Walker, admin: Page, run_tasks, mailoutbox, log
):
    walker.open_fiche()
    walker.follow("Créer mon compte")
    walker.type_identity()
    walker.finish_account("jeanne.mattei@exemple.fr")
    walker.choose_password()
    walker.open_dossier()
    dossier = walker.page.url
    run_tasks()
    walker.confirm_address(mailoutbox)
    walker.send_documents()
    approve_identity(admin)
    run_tasks()
    assert any("identité" in mail.subject for mail in mailoutbox)

    walker.page.goto(dossier)
    walker.fill("Mot de passe", PASSWORD)
    walker.press("Continuer")
    walker.fill_dossier()
    accept_request(admin)
    run_tasks()
    assert any("acceptée" in mail.subject for mail in mailoutbox)
    walker.page.goto("/inscriptions/")
    expect(walker.page.get_by_text("acceptée").first).to_be_visible()
    walker.check(walker.page)
    assert_nothing_secret_stays(NIR.replace(" ", ""), log)


@pytest.mark.usefixtures("catalogue", "franceconnect")
def test_with_franceconnect_an_official_enrols_at_once(walker: Walker, admin: Page, run_tasks, mailoutbox, log):
    walker.open_fiche()
    walker.press("S'identifier avec FranceConnect")
    walker.page.get_by_role("button", name=CLAIRE.label).click()
    walker.follow("Créer mon compte")
    walker.heading("Votre identité")
    walker.fill("Numéro de sécurité sociale", CLAIRE.nir)
    walker.press("Continuer")
    walker.finish_account("mairie@exemple.fr")
    walker.heading("Vérification")
    walker.accept_terms()
    walker.open_dossier()
    walker.press("S'identifier avec FranceConnect")
    walker.page.get_by_role("button", name=CLAIRE.label).click()
    walker.fill_dossier()
    accept_request(admin)
    run_tasks()
    assert any("Du nouveau" in mail.subject for mail in mailoutbox)  # an address not confirmed is told no more
    walker.page.goto("/inscriptions/")
    expect(walker.page.get_by_text("acceptée").first).to_be_visible()
    assert_nothing_secret_stays(CLAIRE.nir, log)
