"""FranceConnect as a person lives it, in a real browser, with the simulator as a process of its own would be."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils.csp import CSP
from playwright.sync_api import Page, expect

from accounts.models import FranceConnectIdentity, User
from enrolment.models import Enrolment
from tests.factories import PASSWORD, EnrolmentFactory, OfficialFactory, PostalCodeFactory, SessionFactory
from tests.simulator.provider import Client, Provider
from tests.simulator.server import running

pytestmark = pytest.mark.django_db(transaction=True)

BUTTON = "S'identifier avec FranceConnect"


@pytest.fixture
def provider(base_url: str, settings) -> Iterator[Provider]:
    """The simulator, and the site set up for it as by the environment."""
    with running(client=Client.of_site(base_url)) as simulator:
        origin = f"http://localhost:{simulator.server_port}"
        settings.DEBUG = True  # without it, a provider on this machine is refused
        settings.FRANCECONNECT_ISSUER = simulator.provider.issuer
        settings.FRANCECONNECT_CLIENT_ID = simulator.provider.client.client_id
        settings.FRANCECONNECT_CLIENT_SECRET = simulator.provider.client.client_secret
        settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": [CSP.SELF, origin]}
        cache.clear()
        yield simulator.provider
        cache.clear()


@pytest.fixture
def claire(provider: Provider) -> User:
    """Claire's account, opened with a password."""
    return OfficialFactory(nir=provider.people["claire"].nir, birth_name="Dubois", first_names="Claire")


@pytest.fixture
def known_claire(claire: User, provider: Provider) -> User:
    """Claire's account, linked already."""
    FranceConnectIdentity.objects.create(user=claire, issuer=provider.issuer, sub=provider.sub("claire"))
    return claire


def press_button(page: Page) -> None:
    page.get_by_role("button", name=BUTTON).click()


def be(page: Page, provider: Provider, person: str) -> None:
    """Choose *person* on FranceConnect's page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui êtes-vous ?")
    page.get_by_role("button", name=provider.people[person].label).click()


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def log_out(page: Page) -> None:
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Me déconnecter").click()


def test_login_keeps_the_place_and_logout_ends_both_sessions(page: Page, provider, known_claire) -> None:
    page.goto("/connexion/?next=/mon-compte/")
    press_button(page)
    be(page, provider, "claire")
    expect(heading(page)).to_have_text("Mon compte")

    log_out(page)
    expect(page.get_by_text("ni sur ce site ni chez FranceConnect")).to_be_visible()
    page.goto("/connexion/")
    press_button(page)
    expect(heading(page)).to_have_text("Qui êtes-vous ?")


def test_logout_with_the_provider_down(page: Page, provider, known_claire, axe) -> None:
    page.goto("/connexion/")
    press_button(page)
    be(page, provider, "claire")
    provider.faults.add("discovery-down")
    log_out(page)

    expect(heading(page)).to_have_text("Vous n'êtes plus connecté sur ce site")
    axe(page)


def first_visit(page: Page, provider: Provider, claire: User) -> None:
    page.goto("/connexion/?next=/mon-compte/")
    press_button(page)
    be(page, provider, "claire")
    expect(heading(page)).to_have_text("Première visite avec FranceConnect")
    expect(page.get_by_text("Claire Anne MOREAU")).to_be_visible()
    page.get_by_label("Numéro de sécurité sociale").fill(claire.nir[:13])
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Relier mon compte").click()
    expect(heading(page)).to_have_text("Mon compte")


def test_first_visit_links_the_account_once(page: Page, provider, claire, axe) -> None:
    page.goto("/connexion/")
    press_button(page)
    be(page, provider, "claire")
    expect(heading(page)).to_have_text("Première visite avec FranceConnect")
    axe(page)
    page.get_by_label("Numéro de sécurité sociale").fill(claire.nir[:13])
    page.get_by_label("Mot de passe", exact=True).fill("pas le bon")
    page.get_by_role("button", name="Relier mon compte").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Erreur : Première visite avec FranceConnect – ADM79")
    axe(page)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Relier mon compte").click()

    expect(page).to_have_url("/mes-droits/")
    assert FranceConnectIdentity.objects.get().user == claire


def test_first_visit_without_javascript(page_no_js: Page, base_url, provider, claire) -> None:
    first_visit(page_no_js, provider, claire)


def test_creation_with_the_certified_identity_and_no_password(page: Page, provider, axe) -> None:
    PostalCodeFactory()
    page.goto("/compte/creer/")
    press_button(page)
    be(page, provider, "michel")
    page.get_by_role("link", name="Créer mon compte").last.click()
    expect(page.get_by_text("GUÉRIN")).to_be_visible()
    expect(page.get_by_text("fournies par FranceConnect")).to_be_visible()
    expect(page.get_by_label("Nom de naissance")).to_have_count(0)
    axe(page)
    page.get_by_label("Numéro de sécurité sociale").fill(provider.people["michel"].nir)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Téléphone mobile").fill("06 12 34 56 78")
    page.get_by_label("Adresse mail personnelle").fill("michel.guerin@orange.fr")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la voie").fill("des Lilas")
    page.get_by_label("Code postal").fill("79000")
    page.get_by_label("Code postal").blur()
    expect(page.get_by_label("Ville")).to_have_value("79191")
    page.get_by_role("button", name="Continuer").click()
    expect(heading(page)).to_have_text("Vérification")
    expect(page.get_by_label("Mot de passe")).to_have_count(0)
    page.get_by_label("J'ai lu et j'accepte les conditions générales d'utilisation").check()
    page.locator("main form button[type=submit]").first.click()

    expect(page.locator(".user-menu")).to_be_visible()
    michel = User.objects.get()
    assert michel.certified_by == User.Certification.FRANCECONNECT
    assert not michel.has_usable_password()


@pytest.fixture
def dossier(known_claire: User) -> Enrolment:
    """A dossier of Claire's, not sent yet."""
    return EnrolmentFactory(user=known_claire, session=SessionFactory())


def test_to_enrol_the_same_person_comes_back(page: Page, provider, dossier, sign_in, axe) -> None:
    sign_in(dossier.user, method="franceconnect")
    page.goto(f"/inscriptions/{dossier.pk}/identification/")
    press_button(page)
    be(page, provider, "claire")

    expect(page).to_have_url(f"/inscriptions/{dossier.pk}/informations/")


def test_somebody_else_coming_back_is_refused(page: Page, provider, dossier, sign_in, axe) -> None:
    sign_in(dossier.user, method="franceconnect")
    page.goto(f"/inscriptions/{dossier.pk}/identification/")
    press_button(page)
    be(page, provider, "amel")
    expect(heading(page)).to_have_text("Cette identité FranceConnect n'est pas celle de ce compte")
    axe(page)
    page.get_by_role("link", name="Revenir à mon dossier").click()

    expect(page).to_have_url(f"/inscriptions/{dossier.pk}/identification/")


def test_who_refuses_may_try_again_and_keeps_the_place(page: Page, provider, known_claire, axe) -> None:
    page.goto("/connexion/?next=/mon-compte/")
    press_button(page)
    axe(page)
    page.get_by_role("button", name="Refuser").click()
    expect(heading(page)).to_have_text("Vous avez interrompu l'identification")
    axe(page)
    press_button(page)
    be(page, provider, "claire")

    expect(heading(page)).to_have_text("Mon compte")
