"""Login, logout and an idle browser, as a person meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.login import browsers
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(transactional_db):
    return UserFactory()


def fill_in(page: Page, person, password: str = PASSWORD) -> None:
    page.get_by_label("Numéro de sécurité sociale").fill(person.nir[:13])
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Me connecter").click()


@pytest.mark.parametrize("js", [True, False], ids=["js", "no_js"])
def test_login_leads_back_to_the_page_asked_for(page: Page, page_no_js: Page, person, js: bool) -> None:
    page = page if js else page_no_js
    page.goto("/mon-compte/telephones/")
    fill_in(page, person)
    expect(page).to_have_url(re.compile("/mon-compte/telephones/$"))


def test_login_and_its_errors_are_accessible_on_a_phone(page: Page, person, axe) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/connexion/")
    axe(page)
    fill_in(page, person, "Mauvais-mot-2passe")
    expect(page).to_have_title(re.compile("^Erreur : "))
    expect(page.get_by_role("alert").filter(has_text="ne vont pas ensemble")).to_be_focused()
    expect(page.get_by_label("Mot de passe", exact=True)).to_have_value("")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_logout_from_the_menu(page: Page, person) -> None:
    page.goto("/connexion/?next=/mon-compte/")
    fill_in(page, person)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Me déconnecter").click()
    page.goto("/mon-compte/")
    expect(page).to_have_url(re.compile("/connexion/"))


@pytest.mark.parametrize(
    "path",
    [
        "/mon-compte/",
        "/mon-compte/telephones/",
        "/mon-compte/adresse/",
        "/mon-compte/nom-d-usage/",
        "/mon-compte/mot-de-passe/",
        "/mon-compte/correction/",
        "/mon-compte/fermer/",
        "/adresse-mail/",
        "/mot-de-passe/oublie/",
        "/mot-de-passe/oublie/envoye/",
    ],
)
def test_the_pages_of_the_account_are_accessible_and_narrow(page: Page, person, sign_in, axe, path: str) -> None:
    sign_in(person)
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_form_sent_after_the_idle_logout_is_taken_up_again(page: Page, person, monkeypatch) -> None:
    page.goto("/connexion/?next=/mon-compte/telephones/")
    fill_in(page, person)
    page.get_by_label("Téléphone mobile").fill("07 66 22 33 44")
    monkeypatch.setattr(browsers, "is_idle", lambda request, now: True)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("30 minutes sans activité")).to_be_visible()
    monkeypatch.undo()
    fill_in(page, person)
    page.get_by_role("button", name="Reprendre ma saisie").click()
    expect(page.get_by_text("Vos numéros de téléphone sont enregistrés.")).to_be_visible()
    expect(page.get_by_text("07 66 22 33 44")).to_be_visible()


def test_the_page_announces_the_idle_logout_and_gives_more_time(page: Page, person) -> None:
    page.clock.install()
    page.goto("/connexion/?next=/mon-compte/")
    fill_in(page, person)
    expect(page.get_by_role("heading", name="Mon compte", level=1)).to_be_visible()
    notice = page.get_by_role("alertdialog", include_hidden=True)
    expect(notice).to_be_attached()  # the page's own clock runs
    page.clock.run_for("29:00")
    expect(notice).to_be_visible()
    with page.expect_response("**/connexion/prolonger/") as answer:
        notice.get_by_role("button", name="Rester connecté").click()
    assert answer.value.status == 204
    expect(notice).to_be_hidden()
