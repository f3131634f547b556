"""What the scripts add to forms: one press is one request, a password can be seen, rules are ticked as one types."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def count_posts(page: Page) -> list[str]:
    """A list that fills with the addresses posted to."""
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    return posted


def test_pressing_twice_sends_a_step_once(page: Page) -> None:
    page.goto("/compte/creer/")
    posted = count_posts(page)
    page.get_by_role("button", name="Continuer").dblclick()
    expect(page.locator(".error-summary")).to_be_focused()
    assert len(posted) == 1
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("button", name="Continuer")).not_to_have_attribute("aria-disabled", "true")
    assert len(posted) == 2, "the button works again after the answer"


def test_pressing_twice_sends_a_plain_form_once_and_back_gives_it_again(page: Page) -> None:
    page.goto("/aide/")
    page.goto("/connexion/")
    posted = count_posts(page)
    page.get_by_role("button", name="Me connecter").dblclick()
    expect(page).to_have_title(re.compile("^Erreur : "))
    assert len(posted) == 1
    page.go_back()
    page.get_by_role("button", name="Me connecter").click()
    expect(page).to_have_title(re.compile("^Erreur : "))
    assert len(posted) == 2


def test_a_password_can_be_seen_and_is_hidden_again_when_sent(page: Page) -> None:
    page.goto("/connexion/")
    box = page.get_by_label("Mot de passe", exact=True)
    box.fill("Prairie-Verte79")
    page.get_by_role("button", name="Afficher le mot de passe").click()
    expect(box).to_have_attribute("type", "text")
    expect(box).to_have_value("Prairie-Verte79")
    page.get_by_role("button", name="Masquer le mot de passe").click()
    expect(box).to_have_attribute("type", "password")


def test_the_rules_of_a_password_are_ticked_as_one_types(page: Page, sign_in, official) -> None:
    sign_in(official)
    page.goto("/mon-compte/mot-de-passe/")
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


def test_the_back_button_shows_the_step_before(page: Page) -> None:
    page.goto("/compte/creer/")
    first = page.url
    page.get_by_label("Nom de naissance").fill("Moreau")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.url == first
    page.go_back()
    assert page.url != first, "mistakes on a step are no entries of the history"
