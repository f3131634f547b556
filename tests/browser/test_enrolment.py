"""A dossier in a real browser: errors, leaving and coming back, two tabs, Back, double click, no script, a phone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.models import OutgoingMail
from enrolment.dossiers import workflow
from enrolment.models import Enrolment, State
from tests.enrolment.helpers import send, verify_identity
from tests.factories import PASSWORD, EnrolmentFactory, OfficialFactory, ScaleFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 740}
SENT = "Votre demande d'inscription est envoyée. Attendez la réponse de l'ADM79"


@pytest.fixture
def person():
    """An official with rights and a verified identity."""
    official = OfficialFactory()
    verify_identity(official)
    return official


@pytest.fixture
def dossier(person) -> Enrolment:
    return workflow.create(person, SessionFactory(), timezone.now())[0]


def step(enrolment: Enrolment, name: str) -> str:
    return reverse("enrolment:step", args=[enrolment.pk, name])


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(words)))


def go_on(page: Page, name: str = "Continuer") -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def mandate(page: Page) -> Locator:
    """The field « Mandat », unfolded with all that is known already."""
    page.locator("main details:not(.beside)").evaluate_all("folded => folded.forEach(each => { each.open = true })")
    return page.get_by_label("Mandat", exact=True)


def prove(page: Page, enrolment: Enrolment) -> None:
    page.goto(step(enrolment, "identification"))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    go_on(page)
    heading(page, "Vos informations")


def reach_sending(page: Page, enrolment: Enrolment) -> None:
    prove(page, enrolment)
    go_on(page)
    heading(page, "Qui paie la formation")
    go_on(page)
    heading(page, "Le financement")
    go_on(page)
    heading(page, "Vérifier et envoyer")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_page_is_accessible_and_fits_a_phone_errors_shown(page: Page, sign_in, dossier, axe):
    page.set_viewport_size(PHONE)
    sign_in(dossier.user)
    page.goto(step(dossier, "identification"))
    go_on(page)
    expect(page).to_have_title(re.compile("^Erreur : Vous identifier à nouveau"))
    expect(page.get_by_role("link", name="Saisissez votre mot de passe.")).to_be_visible()
    axe(page)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    go_on(page)
    heading(page, "Vos informations")
    expect(page.get_by_role("heading", level=1)).to_be_focused()  # the swap has ended: nothing takes the focus any more
    mandate(page).fill("")
    page.get_by_label("Adresse mail personnelle").fill("jeanne@")
    go_on(page)
    expect(page.get_by_role("link", name="Saisissez votre mandat.")).to_be_visible()
    axe(page)
    assert fits(page)
    mandate(page).fill("Maire")
    page.get_by_label("Adresse mail personnelle").fill("jeanne@courriel.example")
    go_on(page)
    heading(page, "Qui paie la formation")
    axe(page)
    assert fits(page)
    go_on(page)
    heading(page, "Le financement")
    axe(page)
    assert fits(page)
    go_on(page)
    heading(page, "Vérifier et envoyer")
    go_on(page, "Envoyer ma demande")
    expect(page.get_by_role("link", name=re.compile("Cochez la case pour certifier"))).to_be_visible()
    axe(page)
    assert fits(page)
    page.get_by_label(re.compile("Je certifie")).check()
    go_on(page, "Envoyer ma demande")
    heading(page, SENT)
    axe(page)
    assert fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lists_and_rights_are_accessible(page: Page, sign_in, person, axe, scheme):
    ScaleFactory()
    send(EnrolmentFactory(user=person))
    full = SessionFactory(seats=1)
    send(EnrolmentFactory(session=full))
    waiting = send(EnrolmentFactory(user=person, session=full))
    draft = EnrolmentFactory(user=person)
    sign_in(person)
    page.emulate_media(color_scheme=scheme)
    for url in ("/mes-droits/", "/inscriptions/", waiting.get_absolute_url(), draft.get_absolute_url()):
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        axe(page)
        page.set_viewport_size(PHONE)
        assert fits(page), url
        page.set_viewport_size({"width": 1280, "height": 900})


def test_who_is_not_known_yet_is_told_what_to_do(page: Page, sign_in, axe):
    newcomer = UserFactory()
    enrolment, _ = workflow.create(newcomer, SessionFactory(), timezone.now())
    sign_in(newcomer)
    page.goto(step(enrolment, "identification"))
    expect(page.get_by_text("vérification préalable de votre identité")).to_be_visible()
    left = re.compile(r"Il vous reste \d+\sjours pour envoyer votre pièce d'identité")
    expect(page.get_by_text(left)).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("link", name="Faire vérifier mon identité").click()
    expect(page).to_have_url(re.compile("/identite/"))
    page.goto("/mes-droits/")
    expect(page.get_by_text(re.compile("n'a pas encore retrouvé votre mandat")).first).to_be_visible()
    axe(page)


def test_the_whole_path_without_javascript(page_no_js: Page, sign_in, dossier):
    page = page_no_js
    sign_in(dossier.user, into=page.context)
    reach_sending(page, dossier)
    page.get_by_label(re.compile("Je certifie")).check()
    go_on(page, "Envoyer ma demande")
    heading(page, SENT)


def test_from_the_fiche_to_the_request_with_the_keyboard_alone(page: Page, sign_in, person):
    sign_in(person)
    page.goto(SessionFactory().training.get_absolute_url())

    def press(wanted: Locator, key: str = "Enter") -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                (page.keyboard.press if key in {"Enter", "Space"} else page.keyboard.type)(key)
                return
        pytest.fail(f"no Tab reaches {wanted}")

    def button(name: str) -> Locator:
        return page.get_by_role("main").get_by_role("button", name=name, exact=True).first

    press(page.get_by_role("main").get_by_role("button", name="Créer mon dossier d'inscription").first)
    heading(page, "identifier à nouveau")
    press(page.get_by_label("Mot de passe", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    for title in ("Vos informations", "Qui paie la formation", "Le financement"):
        heading(page, title)
        press(button("Continuer"))
    heading(page, "Vérifier et envoyer")
    press(page.get_by_label(re.compile("Je certifie")), "Space")
    page.keyboard.press("Enter")
    heading(page, SENT)


def test_left_and_taken_up_again(page: Page, sign_in, dossier):
    sign_in(dossier.user)
    prove(page, dossier)
    page.get_by_label(re.compile("^Besoins particuliers")).fill("Repas végétarien")
    go_on(page)
    heading(page, "Qui paie la formation")
    page.goto("/inscriptions/")
    page.get_by_role("link", name=re.compile("Reprendre mon dossier")).click()
    heading(page, "Qui paie la formation")
    go_on(page)
    heading(page, "Le financement")
    go_on(page)
    expect(page.get_by_text("Repas végétarien")).to_be_visible()


def test_back_shows_what_was_typed_and_modifier_returns_to_the_check(page: Page, sign_in, dossier):
    sign_in(dossier.user)
    reach_sending(page, dossier)
    page.go_back()
    heading(page, "Le financement")
    page.go_back()
    heading(page, "Qui paie la formation")
    page.go_back()
    heading(page, "Vos informations")
    expect(mandate(page)).to_have_value("Maire")
    page.goto(step(dossier, "envoi"))
    page.get_by_role("link", name=re.compile("^Modifier : Mandat")).click()
    mandate(page).fill("Adjointe")
    go_on(page)
    heading(page, "Vérifier et envoyer")
    expect(page.get_by_text("Adjointe")).to_be_visible()


def test_two_tabs_are_told_of_each_other(page: Page, sign_in, dossier):
    sign_in(dossier.user)
    reach_sending(page, dossier)
    page.goto(step(dossier, "informations"))
    other = page.context.new_page()
    other.goto(page.url)
    mandate(other).fill("Adjointe")
    go_on(other)
    heading(other, "Qui paie la formation")
    mandate(page).fill("Conseillère")
    go_on(page)
    expect(page.get_by_text(re.compile("autre onglet|autre fenêtre"))).to_be_visible()
    expect(mandate(page)).to_have_value("Conseillère")


def test_sent_in_one_tab_the_other_leads_to_the_answer(page: Page, sign_in, dossier):
    sign_in(dossier.user)
    reach_sending(page, dossier)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.get_by_label(re.compile("Je certifie")).check()
        go_on(tab, "Envoyer ma demande")
        heading(tab, SENT)
    assert OutgoingMail.objects.filter(template="enrolment/request_sent").count() == 1


def test_a_double_click_sends_once(page: Page, sign_in, dossier):
    sign_in(dossier.user)
    reach_sending(page, dossier)
    page.get_by_label(re.compile("Je certifie")).check()
    page.get_by_role("button", name="Envoyer ma demande").dblclick()
    heading(page, SENT)
    dossier.refresh_from_db()
    assert dossier.state == State.SENT
    assert dossier.events.filter(transition="send").count() == 1


def test_a_refusal_takes_the_place_of_the_step(page: Page, sign_in, dossier, axe):
    sign_in(dossier.user)
    reach_sending(page, dossier)
    page.get_by_label(re.compile("Je certifie")).check()
    type(dossier.session).objects.filter(pk=dossier.session_id).update(cancelled_at=timezone.now())
    go_on(page, "Envoyer ma demande")
    heading(page, "Cette session est annulée")
    assert page.locator("main").count() == 1
    axe(page)
    dossier.refresh_from_db()
    assert dossier.state == State.DRAFT


def test_cancelling_asks_twice(page: Page, sign_in, person, axe):
    enrolment = send(EnrolmentFactory(user=person))
    sign_in(person)
    page.goto(enrolment.get_absolute_url())
    page.get_by_role("link", name="Annuler ma demande").click()
    go_on(page, "Annuler ma demande")
    expect(page.get_by_role("link", name="Cochez la case pour confirmer l'annulation.")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("Je confirme")).check()
    go_on(page, "Annuler ma demande")
    heading(page, "Votre demande est annulée")
