"""The phone call: found by what is said, read aloud, a dossier prepared, finished by the person with a letter."""

import io
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from enrolment.models import AssistedEnrolment, Enrolment, State
from tests.browser.conftest import watch
from tests.enrolment.helpers import send
from tests.factories import PASSWORD, EnrolmentFactory, OfficialFactory, PostalCodeFactory, SessionFactory, make_nir

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page: Page, sign_in, staff) -> Page:
    """A member of staff with every right, the telephone in hand."""
    sign_in(staff)
    return page


def test_who_calls_is_found_and_told_what_they_see(desk: Page, axe) -> None:
    official = OfficialFactory(birth_name="Guérin", first_names="Anne", mobile="+33639981234")
    send(EnrolmentFactory(user=official))
    desk.goto("/admin/")
    desk.get_by_label("Chercher une personne, un dossier, une formation").fill("06 39 98 12 34")
    desk.get_by_label("Chercher une personne, un dossier, une formation").press("Enter")
    expect(desk).to_have_url(re.compile(r"/admin/chercher/$"))
    axe(desk)
    desk.get_by_role("link", name="Anne GUÉRIN").click()
    expect(desk.locator("blockquote")).to_contain_text("Anne, ")
    axe(desk)
    desk.go_back()
    expect(desk.get_by_role("link", name="Anne GUÉRIN")).to_be_visible()  # the other homonym is one step back
    desk.set_viewport_size({"width": 768, "height": 1024})
    desk.goto(f"/admin/accounts/user/{official.pk}/change/")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 768
    axe(desk)


def test_a_number_never_leaves_the_box(desk: Page) -> None:
    desk.goto("/admin/")
    desk.get_by_label("Chercher une personne, un dossier, une formation").fill(make_nir())
    desk.get_by_role("button", name="Chercher").click()
    expect(desk.get_by_text("Rien n'a été cherché ni gardé")).to_be_visible()
    assert make_nir() not in desk.url + desk.content()


def test_a_dossier_is_opened_for_somebody_and_finished_by_a_letter(
    desk: Page, browser: Browser, browser_context_args: dict, base_url: str, axe, settings
) -> None:
    settings.SITE_URL = base_url
    PostalCodeFactory()
    session = SessionFactory()
    code = prepare_and_print(desk, session, axe)
    context = browser.new_context(**browser_context_args)
    finish(watch(context.new_page(), []), code, axe)
    context.close()
    dossier = Enrolment.objects.get()
    assert (dossier.session, dossier.state, dossier.sent_at) == (session, State.DRAFT, None)
    assert AssistedEnrolment.objects.get().finished_at
    desk.goto(f"/admin/enrolment/enrolment/{dossier.pk}/change/")
    expect(desk.get_by_text("Préparer au téléphone")).to_be_visible()


def prepare_and_print(desk: Page, session, axe) -> str:
    """What staff type while somebody is on the telephone; the code of the letter, which is one page."""
    desk.goto("/admin/enrolment/assistedenrolment/add/")
    axe(desk)
    desk.get_by_label("Formation et session").select_option(str(session.pk))
    desk.get_by_role("radio", name="la personne elle-même").check()
    desk.get_by_label("Comment l'avez-vous reconnue ?").fill("Rappelée au numéro de la mairie.")
    desk.get_by_label("Nom de naissance").fill("Guérin")
    desk.get_by_label("Prénom").fill("Anne")
    desk.get_by_label("Téléphone mobile").fill("06 39 98 12 34")
    desk.get_by_label("Numéro de voie").fill("3")
    desk.get_by_label("Nom de la voie").fill("du Four")
    desk.get_by_label("Code postal").fill("79000")
    desk.get_by_role("button", name="Préparer l'inscription").click()
    expect(desk.get_by_text("C'est préparé.")).to_be_visible()
    axe(desk)
    desk.get_by_role("button", name="Imprimer la lettre").click()
    code = desk.locator(".code").inner_text()
    assert len(PdfReader(io.BytesIO(desk.pdf(prefer_css_page_size=True))).pages) == 1
    axe(desk)
    return str(code)


def finish(person: Page, code: str, axe) -> None:
    """What the person does with the letter: the account with what was said, completed; then the dossier."""
    person.goto("/lettre/")
    axe(person)
    person.get_by_label("Code de votre lettre").fill(code.lower().replace("-", " "))
    person.get_by_role("button", name="Continuer").click()
    expect(person.get_by_role("heading", name="Votre inscription est préparée")).to_be_visible()
    axe(person)
    person.get_by_role("button", name="Créer mon compte").click()
    expect(person.get_by_label("Nom de naissance")).to_have_value("Guérin")
    person.get_by_label("Numéro de sécurité sociale").fill(make_nir())
    person.get_by_role("button", name="Continuer").click()
    expect(person.get_by_label("Téléphone mobile")).to_have_value("06 39 98 12 34")
    person.get_by_label("Adresse mail personnelle").fill("anne.guerin@courriel.example")
    person.get_by_role("button", name="Continuer").click()
    expect(person.get_by_label("Nom de la voie")).to_have_value("du Four")
    person.get_by_role("button", name="Continuer").click()
    person.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    person.get_by_label("Confirmez votre mot de passe").fill(PASSWORD)
    person.get_by_label("J'ai lu et j'accepte").check()
    person.get_by_role("button", name="Créer mon compte").click()
    expect(person.get_by_role("heading", name="Votre dossier préparé avec l'ADM79")).to_be_visible()
    axe(person)
    person.get_by_role("button", name="Créer mon dossier d'inscription").click()
    expect(person).to_have_url(re.compile("/identification/"))
