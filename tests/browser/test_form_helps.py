"""What the scripts add to forms: one press is one request, a password can be seen, rules are ticked as one types."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def hold_posts(page: Page) -> list[Route]:
    """A list that fills with what is posted; nothing of it reaches the site before ``continue_()``."""
    held: list[Route] = []
    page.route("**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    return held


def press_twice(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).dblclick(no_wait_after=True)


def test_pressing_twice_sends_a_step_once(page: Page) -> None:
    page.goto("/compte/creer/")
    held = hold_posts(page)
    press_twice(page, "Continuer")
    expect(page.get_by_role("button", name="Continuer")).to_have_attribute("aria-disabled", "true")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_role("button", name="Continuer")).not_to_have_attribute("aria-disabled", "true")
    assert len(held) == 1, "the second press is not sent later either"
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Continuer").click()
    held[-1].continue_()


def test_a_second_press_reaches_nobody(page: Page) -> None:
    page.goto("/connexion/")
    sent = page.evaluate(
        """() => {
          const form = document.querySelector('main form.form');
          let sent = 0;
          form.addEventListener('submit', event => { sent += 1; event.preventDefault(); });
          const button = form.querySelector('button[type=submit]');
          button.click();
          button.click();
          return sent;
        }"""
    )
    assert sent == 1


def test_a_form_with_mistakes_can_be_sent_again_and_is_no_entry_of_the_history(page: Page) -> None:
    page.goto("/aide/")
    page.goto("/connexion/")
    for _ in range(2):
        page.get_by_label("Numéro de sécurité sociale").fill("2 95 10 99 126 111")
        page.get_by_role("button", name="Me connecter").click()
        expect(page).to_have_title(re.compile("^Erreur : "))
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page.get_by_label("Numéro de sécurité sociale")).to_have_value("2 95 10 99 126 111")
    page.go_back()
    expect(page).to_have_url(re.compile("/aide/$"))


def test_a_link_of_the_error_summary_is_no_entry_of_the_history(page: Page) -> None:
    page.goto("/aide/")
    page.goto("/connexion/")
    page.get_by_role("button", name="Me connecter").click()
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("Numéro de sécurité sociale")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(re.compile("/aide/$"))


def test_a_password_can_be_seen_and_is_hidden_again_when_sent(page: Page) -> None:
    page.goto("/connexion/")
    box = page.get_by_label("Mot de passe", exact=True)
    box.fill("Prairie-Verte79")
    page.get_by_role("button", name="Afficher le mot de passe").click()
    expect(box).to_have_attribute("type", "text")
    expect(box).to_have_value("Prairie-Verte79")
    page.get_by_role("button", name="Masquer le mot de passe").click()
    expect(box).to_have_attribute("type", "password")
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    expect(page.get_by_role("button", name="Afficher le mot de passe")).to_have_count(1)


def test_a_page_is_printed_by_a_button_where_there_is_a_script(page: Page, page_no_js: Page, base_url: str) -> None:
    page.goto("/aide/")
    expect(page.get_by_role("button", name="Imprimer l'aide")).to_be_visible()
    page_no_js.goto(f"{base_url}/aide/")
    expect(page_no_js.get_by_text("Imprimer l'aide")).to_be_hidden()


def test_the_rules_of_a_password_are_ticked_as_one_types(page: Page, sign_in, official) -> None:
    sign_in(official)
    page.goto("/mon-compte/mot-de-passe/")
    page.get_by_label("Votre mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.locator(".checklist").wait_for()
    met = page.locator(".checklist .is-met")
    box = page.locator(f"#{page.locator('.checklist').get_attribute('data-checklist-for')}")
    for typed, rules in (("p", 1), ("pR", 2), ("pR4", 3), ("pR4irieé", 4)):
        box.fill(typed)
        expect(met).to_have_count(rules)


def test_errors_lead_to_their_field(page: Page) -> None:
    page.goto("/connexion/")
    page.get_by_role("button", name="Me connecter").click()
    page.locator(".error-summary a").nth(1).click()
    expect(page.get_by_label("Mot de passe", exact=True)).to_be_focused()


def test_mistakes_on_a_step_are_no_entries_of_the_history(page: Page) -> None:
    page.goto("/aide/")
    page.goto("/compte/creer/")
    first = page.url
    summary = page.locator(".error-summary")
    for _ in range(2):
        summary.evaluate_all("all => all.forEach(each => each.classList.add('seen'))")
        page.get_by_role("button", name="Continuer").click()
        expect(page.locator(".error-summary:not(.seen)")).to_be_focused()
        assert page.url == first
    page.go_back()
    expect(page).to_have_url(re.compile("/aide/$"))
