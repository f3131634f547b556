"""The desk in a real browser: consequences read before the act, presence in one save, sheets on paper, axe."""

import datetime
import io

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from enrolment.identity_checks import checks, documents
from enrolment.models import ReasonPhrase, State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import send
from tests.enrolment.identity_checks import copies
from tests.factories import EnrolmentFactory, PlaceFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)

CARD = checks.Details("card", "Moreau", "Jeanne", datetime.date(1958, 3, 14), "Niort", "Française")


@pytest.fixture
def desk(page: Page, sign_in) -> Page:
    """A member of staff with every right, at their screen."""
    sign_in(StaffFactory(is_superuser=True))
    return page


def session_page(session) -> str:
    return f"/admin/catalogue/session/{session.pk}/change/"


def test_a_session_is_moved_once_its_consequences_were_read(desk: Page) -> None:
    session = SessionFactory()
    send(EnrolmentFactory(session=session))
    place = PlaceFactory(name="Salle des fêtes")
    desk.goto(session_page(session))
    desk.get_by_role("link", name="Déplacer ou modifier la session").click()
    desk.get_by_label("Lieu", exact=False).select_option(str(place.pk))
    desk.get_by_role("button", name="Voir ce que cela change").click()
    expect(desk.get_by_text("1 demande à répondre.")).to_be_visible()
    expect(desk.get_by_text("Votre session change").first).to_be_visible()
    session.refresh_from_db()
    assert session.place_id != place.pk
    desk.get_by_role("button", name="Déplacer ou modifier la session").click()
    expect(desk.get_by_text("Session modifiée. Personnes averties : 1.").first).to_be_visible()


def test_two_staff_on_one_dossier_are_told_of_each_other_and_lose_nothing(desk: Page, staff_client) -> None:
    dossier = send(EnrolmentFactory())
    desk.goto(f"/admin/enrolment/enrolment/{dossier.pk}/agir/refuse/")
    desk.get_by_label("Motif").fill("Public non concerné par cette formation.")
    from tests.desk import press

    press(staff_client, f"/admin/enrolment/enrolment/{dossier.pk}/agir/accept/")
    desk.get_by_role("button", name="Refuser la demande").click()
    expect(desk.get_by_text("l'état a changé entre-temps")).to_be_visible()
    expect(desk.get_by_text("Accepter la demande, par Paule")).to_be_visible()
    expect(desk.get_by_text("Public non concerné par cette formation.")).to_be_visible()


def test_fifteen_presences_in_one_save(desk: Page, axe) -> None:
    session = SessionFactory(start=in_days(0))
    dossiers = [dossier_in(State.ACCEPTED, session) for _ in range(15)]
    desk.set_viewport_size({"width": 768, "height": 1024})
    desk.goto(session_page(session))
    desk.get_by_role("link", name="Noter les présences").click()
    axe(desk)
    desk.get_by_role("checkbox").first.check()
    desk.get_by_role("button", name="Noter les présences").click()
    expect(desk.get_by_text("Présences notées").first).to_be_visible()
    for dossier in dossiers:
        dossier.refresh_from_db()
    assert {dossier.state for dossier in dossiers} == {State.ATTENDED}


@pytest.mark.parametrize("people", [0, 15])
@pytest.mark.parametrize("days", [1, 3])
def test_the_attendance_sheet_prints_one_page_a_day(desk: Page, people: int, days: int) -> None:
    session = SessionFactory(start=in_days(30), end=in_days(29 + days))
    for _ in range(people):
        dossier_in(State.ACCEPTED, session)
    desk.goto(f"/admin/catalogue/session/{session.pk}/imprimer/emargement/")
    assert len(PdfReader(io.BytesIO(desk.pdf(prefer_css_page_size=True))).pages) == days


class Clicks:
    """A hand that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.count += 1


def test_ten_requests_are_answered_in_fourteen_clicks(desk: Page) -> None:
    ReasonPhrase.objects.get_or_create(act="refuse", text="Cette formation s'adresse à d'autres élus.")
    dossiers = [send(EnrolmentFactory()) for _ in range(10)]
    hand = Clicks(desk)
    desk.goto("/admin/")
    hand.on("link", "Répondre")
    for number in range(10):
        expect(desk.get_by_text("L'ADM79 accepte votre demande").first).to_be_visible()
        if number % 3 == 2:
            hand.on("radio", "Cette formation s'adresse à d'autres élus.")
            expect(desk.locator("pre[data-reason]")).to_contain_text("s'adresse à d'autres élus")
            hand.on("button", "Refuser la demande")
        else:
            hand.on("button", "Accepter la demande")
    expect(desk.get_by_text("Aucune demande n'attend de réponse.")).to_be_visible()
    for dossier in dossiers:
        dossier.refresh_from_db()
    assert sorted(dossier.state for dossier in dossiers) == [State.ACCEPTED] * 7 + [State.REFUSED] * 3
    assert hand.count == 14  # eight seconds a click make two minutes


def test_an_answer_is_called_back_within_its_minute(desk: Page) -> None:
    dossier = send(EnrolmentFactory())
    desk.goto("/admin/enrolment/enrolment/repondre/")
    desk.get_by_role("button", name="Accepter la demande", exact=True).click()
    desk.get_by_role("button", name="Annuler l'envoi").click()
    expect(desk.get_by_text("aucun mail ne part")).to_be_visible()
    dossier.refresh_from_db()
    assert dossier.state == State.SENT


def test_two_staff_in_the_queue_are_told_of_each_other_and_lose_nothing(desk: Page, staff_client) -> None:
    dossier = send(EnrolmentFactory())
    desk.goto("/admin/enrolment/enrolment/repondre/")
    desk.get_by_label("Précision, ou un autre motif").fill("Public non concerné par cette formation.")
    from tests.desk import press

    press(staff_client, f"/admin/enrolment/enrolment/{dossier.pk}/agir/accept/")
    desk.get_by_role("button", name="Refuser la demande").click()
    expect(desk.get_by_text("Accepter la demande, par Paule")).to_be_visible()
    expect(desk.get_by_text("Public non concerné par cette formation.")).to_be_visible()


def test_a_card_is_compared_without_scrolling_and_by_keyboard(desk: Page, official, axe) -> None:
    photo = documents.clean(copies.image())
    check = checks.submit_documents(official, CARD, {"front": photo, "back": photo}, timezone.now())
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto(f"/admin/enrolment/identitycheck/{check.pk}/change/")
    desk.keyboard.press("Enter")
    front = desk.get_by_role("group", name="Recto")
    expect(front).to_be_visible()
    axe(desk)
    assert desk.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    front.focus()
    for key in "+rc":
        desk.keyboard.press(key)
    picture = desk.get_by_role("img", name="Recto")
    assert picture.evaluate("image => image.style.transform") == "translate(0px, 0px) rotate(90deg) scale(1.25)"
    assert "contrast" in picture.evaluate("image => image.style.filter")
    desk.keyboard.press("0")
    assert picture.evaluate("image => image.style.transform") == "translate(0px, 0px) rotate(0deg) scale(1)"
    desk.set_viewport_size({"width": 768, "height": 1024})
    axe(desk)
    assert desk.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 768])
def test_the_pages_of_the_desk_are_accessible_and_fit(desk: Page, axe, width: int) -> None:
    session = SessionFactory()
    dossier = send(EnrolmentFactory(session=session))
    desk.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/admin/",
        f"/admin/enrolment/enrolment/repondre/{dossier.pk}/",
        "/admin/catalogue/session/mois/",
        "/admin/enrolment/enrolment/",
        "/admin/catalogue/session/",
        "/admin/enrolment/reasonphrase/",
        "/admin/enrolment/identitycheck/",
        f"/admin/enrolment/enrolment/{dossier.pk}/change/",
        f"/admin/catalogue/session/{session.pk}/agir/move/",
        f"/admin/catalogue/session/{session.pk}/agir/convoke/",
        f"/admin/accounts/user/{dossier.user.pk}/agir/mail-bounced/",
        session_page(session),
        f"/admin/catalogue/session/{session.pk}/agir/cancel/",
        f"/admin/enrolment/enrolment/{dossier.pk}/agir/refuse/",
        f"/admin/catalogue/session/{session.pk}/imprimer/emargement/",
    ):
        desk.goto(address)
        axe(desk)
        assert desk.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
