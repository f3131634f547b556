"""The lists on a tablet: a table scrolls inside and keeps in sight whose row it is; buttons look like buttons."""

import pytest
from playwright.sync_api import Page

from enrolment.models import State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, SessionFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tablet(page: Page, sign_in) -> Page:
    """A member of staff with every right, at a screen 768 px wide."""
    page.set_viewport_size({"width": 768, "height": 1024})
    sign_in(StaffFactory(is_superuser=True))
    return page


def test_a_long_list_scrolls_inside_and_keeps_the_name_of_each_row(tablet: Page) -> None:
    for _ in range(3):
        send(EnrolmentFactory())
    tablet.goto("/admin/enrolment/enrolment/")
    table = tablet.locator(".results")
    table.evaluate("each => { each.scrollLeft = 300; }")
    assert table.evaluate("each => each.scrollLeft") > 100, "it is wider than the screen"
    left = table.evaluate("each => each.getBoundingClientRect().left")
    name = tablet.locator("#result_list tbody th").first
    assert abs(name.evaluate("each => each.getBoundingClientRect().left") - left) < 3
    assert tablet.evaluate("document.documentElement.scrollWidth") <= 768


def test_what_looks_like_a_button_is_not_underlined(tablet: Page) -> None:
    session = SessionFactory()
    dossier_in(State.ACCEPTED, session)
    send(EnrolmentFactory(session=session))
    for address, links in (
        ("/admin/", ".today-lines a"),
        ("/admin/", "#content a.button"),
        ("/admin/catalogue/session/mois/", ".object-tools a, .month td a"),
        (f"/admin/catalogue/session/{session.pk}/change/", ".object-tools a"),
    ):
        tablet.goto(address)
        found = tablet.locator(links)
        lines = found.evaluate_all("all => all.map(each => getComputedStyle(each).textDecorationLine)")
        assert set(lines) == {"none"}, (address, links)


def test_the_tint_of_the_month_says_days_off_and_nothing_else(tablet: Page) -> None:
    tablet.goto("/admin/catalogue/session/mois/")
    rows = tablet.locator(".month tbody tr")
    assert rows.count() >= 4
    assert len(set(rows.evaluate_all("each => each.map(row => getComputedStyle(row).backgroundColor)"))) == 1
