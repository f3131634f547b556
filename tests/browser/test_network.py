"""What the network does: lost, slow or twice, every form that posts behaves as the steps do."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import throttling
from tests.browser.test_form_helps import hold_posts, press_twice
from tests.enrolment.identity_checks import copies
from tests.factories import EnrolmentFactory, OfficialFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOST = "Ce que vous avez saisi est toujours là"


def without_network(page: Page) -> None:
    page.route("**/*", lambda route: route.abort())


def test_a_login_that_is_lost_keeps_what_was_typed(page: Page) -> None:
    page.goto("/connexion/")
    page.get_by_label("Numéro de sécurité sociale").fill("2951099126111")
    page.get_by_label("Mot de passe", exact=True).fill("Prairie-Verte79")
    without_network(page)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.locator(".banner")).to_contain_text(LOST)
    expect(page.get_by_label("Mot de passe", exact=True)).to_have_value("Prairie-Verte79")
    expect(page.get_by_role("button", name="Me connecter")).not_to_have_attribute("aria-disabled", "true")


def test_a_network_that_has_to_wait_keeps_what_was_typed_and_is_told_how_long(page: Page, monkeypatch) -> None:
    page.goto("/compte/creer/")
    page.get_by_label("Nom de naissance").fill("Chevalier")
    monkeypatch.setitem(throttling.LIMITS, "draft-network", throttling.Limit(free=1, a_day=5000))
    throttling.record_failure("draft-network", f"127.0.0.1 {timezone.now():%Y-%m-%d %H}", timezone.now())
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".banner")).to_contain_text("attendez 2 minutes, puis réessayez")
    expect(page.get_by_label("Nom de naissance")).to_have_value("Chevalier")
    monkeypatch.undo()
    throttling.clear("draft-network", f"127.0.0.1 {timezone.now():%Y-%m-%d %H}")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".error-summary")).to_be_focused()  # the number is missing
    expect(page.locator(".banner")).to_have_count(0)


def test_nginx_s_own_page_never_takes_the_place_of_a_form(page: Page) -> None:
    page.goto("/compte/creer/")
    page.get_by_label("Nom de naissance").fill("Chevalier")
    page.route(
        "**/identite/*", lambda route: route.fulfill(status=429, body="<!doctype html><title>Trop</title><p>Attendez")
    )
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".banner")).to_contain_text("attendez 1 minute, puis réessayez")
    expect(page.get_by_label("Nom de naissance")).to_have_value("Chevalier")


def test_pressing_twice_logs_in_once(page: Page) -> None:
    page.goto("/connexion/")
    held = hold_posts(page)
    press_twice(page, "Me connecter")
    expect(page.get_by_role("button", name="Me connecter")).to_have_attribute("aria-disabled", "true")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".error-summary")).to_be_focused()


def test_photos_stay_chosen_when_the_upload_is_lost_or_refused(page: Page, sign_in) -> None:
    sign_in(OfficialFactory())
    page.goto("/identite/")
    page.get_by_role("button", name="Continuer").click()
    front = page.get_by_label("Recto")
    photo = {"name": "recto.jpg", "mimeType": "image/jpeg", "buffer": copies.image()}
    front.set_input_files(photo)
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".banner")).to_contain_text(LOST)
    assert front.evaluate("input => input.files[0].name") == "recto.jpg"
    page.unroute("**/*")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".error-summary")).to_be_focused()  # the other side is missing
    expect(page.locator(".banner")).to_have_count(0)


def test_a_slow_answer_shows_that_something_happens(page: Page) -> None:
    page.goto("/connexion/")
    held = hold_posts(page)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.locator("progress.waiting")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Chargement en cours")).to_have_count(1)
    held[0].continue_()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("progress.waiting")).to_be_hidden()


def test_an_upload_says_how_far_it_is(page: Page, sign_in) -> None:
    sign_in(OfficialFactory())
    page.goto("/identite/")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les photos")
    button = page.get_by_role("button", name="Continuer")
    page.evaluate(
        """() => document.querySelector("[enctype='multipart/form-data']").dispatchEvent(new CustomEvent(
             "htmx:xhr:progress", {bubbles: true, detail: {lengthComputable: true, loaded: 1e6, total: 4e6}}))"""
    )
    expect(page.locator("progress.waiting")).to_have_attribute("value", "25")
    expect(button).to_have_attribute("data-progress", "Envoi : 25 %")


def test_giving_up_a_request_with_the_box_forgotten_says_so_in_place(page: Page, sign_in) -> None:
    enrolment = EnrolmentFactory()
    sign_in(enrolment.user)
    page.goto(f"/inscriptions/{enrolment.pk}/annuler/")
    page.get_by_role("button", name="Annuler ma demande").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Je confirme").check()
    page.get_by_role("button", name="Annuler ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est annulée")
