"""The look: readable by all, in both schemes, at every width, with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

STATIC_PAGES = (
    "/",
    "/aide/",
    "/aide/mon-compte-formation/",
    "/aide/messages/",
    "/contact/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/conditions-generales/",
    "/une-page-qui-n-existe-pas/",
)


@pytest.mark.parametrize("path", STATIC_PAGES)
def test_static_pages_fit_the_narrowest_screen(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_dark_scheme_is_dark(page: Page) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = [int(part) for part in re.findall(r"\d+", page.evaluate(background))]
    page.emulate_media(color_scheme="dark")
    dark = [int(part) for part in re.findall(r"\d+", page.evaluate(background))]
    assert min(light[:3]) > 200
    assert max(dark[:3]) < 60


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(page: Page) -> None:
    page.goto("/aide/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0, "the skip link shows when it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('main') !== null")
    assert focused, "the next stop is inside the content"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_every_control_of_the_frame_is_large_enough_for_a_finger(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/")
    small = page.evaluate(
        """[...document.querySelectorAll('header a, footer a, main .button')]
           .map(e => [e.textContent.trim(), e.getBoundingClientRect().height])
           .filter(([, height]) => height && height < 44)"""
    )
    assert small == []


def test_the_menu_of_a_logged_in_person_opens_without_javascript(
    page_no_js: Page, base_url: str, sign_in, official
) -> None:
    sign_in(official, into=page_no_js.context)
    page_no_js.set_viewport_size({"width": 320, "height": 640})
    page_no_js.goto(base_url + "/")
    page_no_js.locator(".user-menu summary").click()
    expect(page_no_js.get_by_role("link", name="Mon compte", exact=True)).to_be_visible()
    page_no_js.get_by_role("button", name="Me déconnecter").click()
    expect(page_no_js.get_by_role("link", name="Me connecter").first).to_be_visible()


def test_a_lost_connection_says_so_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/compte/creer/")
    page.get_by_label("Nom de naissance").fill("Chevalier")
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".banner")).to_contain_text("Ce que vous avez saisi est toujours là")
    expect(page.get_by_label("Nom de naissance")).to_have_value("Chevalier")
    page.unroute("**/*")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".banner")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Erreur : "))


def test_an_idle_browser_is_warned_and_may_stay(page: Page, sign_in, official) -> None:
    sign_in(official)
    page.clock.install()
    page.goto("/aide/")
    page.clock.run_for("27:00")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    page.clock.run_for("01:10")
    warning = page.get_by_role("alertdialog", name="Êtes-vous toujours là ?")
    expect(warning).to_be_visible()
    expect(warning.get_by_role("button", name="Rester connecté")).to_be_focused()
    with page.expect_response("**/") as kept:
        warning.get_by_role("button", name="Rester connecté").click()
    assert kept.value.status == 204
    expect(warning).to_be_hidden()
