"""The desk in a real browser: consequences read before the act, presence in one save, sheets on paper, axe."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from enrolment.models import State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, PlaceFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.mark.parametrize("width", [1280, 768])
def test_the_pages_of_the_desk_are_accessible_and_fit(desk: Page, axe, width: int) -> None:
    session = SessionFactory()
    dossier = send(EnrolmentFactory(session=session))
    desk.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/admin/",
        session_page(session),
        f"/admin/catalogue/session/{session.pk}/agir/cancel/",
        f"/admin/enrolment/enrolment/{dossier.pk}/agir/refuse/",
        f"/admin/catalogue/session/{session.pk}/imprimer/emargement/",
    ):
        desk.goto(address)
        axe(desk)
        assert desk.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
