"""Account creation in a browser: whatever a person does, what they typed is still there."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories import CommuneFactory, PostalCodeFactory, UserFactory, make_nir

pytestmark = pytest.mark.django_db(transaction=True)

NIR = make_nir(order=321)
PASSWORD = "Prairie-Verte79"


@pytest.fixture(autouse=True)
def communes(transactional_db):
    PostalCodeFactory()
    for code, name in (("79057", "Brioux-sur-Boutonne"), ("79297", "Secondigné-sur-Belle")):
        PostalCodeFactory(code="79170", commune=CommuneFactory(code=code, name=name))


def step(page: Page, number: int) -> None:
    expect(page.get_by_text(f"Étape {number} sur 4", exact=True)).to_be_visible()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continuer", exact=True).click()


def identity(page: Page, nir: str = NIR) -> None:
    step(page, 1)
    page.get_by_label("Nom de naissance").fill("Moreau-L'Hôpital")
    page.get_by_label("Numéro de sécurité sociale").fill(nir)
    go_on(page)


def contact(page: Page) -> None:
    step(page, 2)
    page.get_by_label("Téléphone mobile").fill("06 12 34 56 78")
    page.get_by_label("Adresse mail personnelle").fill("jeanne@courriel.example")
    go_on(page)


def address(page: Page, postal_code: str = "79170") -> None:
    step(page, 3)
    page.get_by_label("Lieu-dit", exact=False).last.fill("Le Petit Chêne")
    page.get_by_label("Code postal").fill(postal_code)
    if postal_code == "79170":
        page.get_by_label("Ville").select_option("Secondigné-sur-Belle")
    go_on(page)


def password(page: Page) -> None:
    step(page, 4)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Confirmez votre mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("J'ai lu et j'accepte les conditions générales d'utilisation").check()


def create(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Créer mon compte").click()


def arrived(page: Page) -> None:
    expect(page).to_have_url(re.compile("/mes-droits/$"))
    assert User.objects.get().birth_name == "Moreau-L'Hôpital"


def to_last_step(page: Page, postal_code: str = "79170") -> None:
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    address(page, postal_code)
    step(page, 4)


def test_the_whole_path_with_every_page_accessible(page: Page, axe) -> None:
    page.goto("/compte/creer/")
    for fill in (identity, contact, address, password):
        axe(page)
        fill(page)
    axe(page)
    create(page)
    arrived(page)


def test_the_errors_are_accessible_focused_and_lead_to_their_field(page: Page, axe) -> None:
    page.goto("/compte/creer/")
    go_on(page)
    expect(page).to_have_title(re.compile("^Erreur : "))
    summary = page.get_by_role("alert").filter(has_text="Il y a un problème")
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link", name="Saisissez votre nom de naissance").click()
    expect(page.get_by_label("Nom de naissance")).to_be_focused()
    identity(page)
    go_on(page)
    expect(page.get_by_role("alert").filter(has_text="numéro de téléphone")).to_be_visible()
    axe(page)
    contact(page)
    go_on(page)
    expect(page.get_by_role("alert").filter(has_text="Il y a un problème")).to_be_visible()
    axe(page)
    address(page)
    create(page)
    expect(page.get_by_role("alert").filter(has_text="Choisissez un mot de passe")).to_be_visible()
    axe(page)


def test_without_javascript(page_no_js: Page) -> None:
    page = page_no_js
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    step(page, 3)
    page.get_by_label("Lieu-dit", exact=False).last.fill("Le Petit Chêne")
    page.get_by_label("Code postal").fill("79170")
    page.get_by_role("button", name="Chercher les communes").click()
    expect(page.get_by_label("Lieu-dit", exact=False).last).to_have_value("Le Petit Chêne")
    page.get_by_label("Ville").select_option("Brioux-sur-Boutonne")
    go_on(page)
    password(page)
    create(page)
    arrived(page)


def test_without_javascript_pressing_continuer_first_loses_nothing(page_no_js: Page) -> None:
    page = page_no_js
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    page.get_by_label("Lieu-dit", exact=False).last.fill("Le Petit Chêne")
    page.get_by_label("Code postal").fill("79170")
    go_on(page)
    expect(page.get_by_role("link", name="Choisissez votre ville dans la liste")).to_be_visible()
    page.get_by_label("Ville").select_option("Brioux-sur-Boutonne")
    go_on(page)
    step(page, 4)


@pytest.mark.parametrize("js", [True, False], ids=["js", "no_js"])
def test_back_through_all_four_steps_and_forward_again(page: Page, page_no_js: Page, js: bool) -> None:
    page = page if js else page_no_js
    to_last_step(page, "79000")
    for number in (3, 2, 1):
        page.go_back()
        step(page, number)
        page.wait_for_load_state()
    expect(page.get_by_label("Nom de naissance")).to_have_value("Moreau-L'Hôpital")
    expect(page.get_by_label("Numéro de sécurité sociale")).to_have_value(NIR)
    for number in (2, 3, 4):
        page.go_forward()
        step(page, number)
        page.wait_for_load_state()
    page.go_back()
    step(page, 3)
    page.wait_for_load_state()
    expect(page.get_by_label("Ville")).to_have_value("79191")
    page.go_forward()
    password(page)
    create(page)
    arrived(page)


def test_the_choice_of_a_town_stays_when_one_leaves_the_field(page: Page) -> None:
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    page.get_by_label("Lieu-dit").last.fill("Le Petit Chêne")
    code, town = page.get_by_label("Code postal"), page.get_by_label("Ville")
    code.press_sequentially("79170")
    expect(town.locator("option")).to_have_count(3)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    code.press("Tab")
    town.select_option("Brioux-sur-Boutonne")
    page.get_by_label("Pays").focus()
    assert asked == []
    expect(town).to_have_value("79057")


def test_the_back_links_do_the_same(page: Page) -> None:
    to_last_step(page)
    for number in (3, 2, 1):
        page.get_by_role("link", name="Retour").click()
        step(page, number)
    expect(page.get_by_label("Nom de naissance")).to_have_value("Moreau-L'Hôpital")


def test_reload_on_each_step_keeps_it(page: Page) -> None:
    page.goto("/compte/creer/")
    page.reload()
    identity(page)
    step(page, 2)
    page.reload()
    contact(page)
    step(page, 3)
    page.reload()
    address(page)
    step(page, 4)
    page.reload()
    password(page)
    create(page)
    arrived(page)


def test_modifier_returns_to_the_check(page: Page) -> None:
    to_last_step(page)
    page.get_by_role("link", name="Modifier : Téléphone mobile").click()
    step(page, 2)
    page.get_by_label("Téléphone mobile").fill("07 66 22 33 44")
    go_on(page)
    step(page, 4)
    expect(page.get_by_text("07 66 22 33 44")).to_be_visible()


@pytest.mark.parametrize("js", [True, False], ids=["js", "no_js"])
def test_the_last_button_pressed_twice_quickly(page: Page, page_no_js: Page, js: bool) -> None:
    page = page if js else page_no_js
    to_last_step(page, "79000")
    password(page)
    button = page.get_by_role("main").get_by_role("button", name="Créer mon compte")
    button.dblclick(no_wait_after=True)
    arrived(page)
    assert User.objects.count() == 1


def test_two_tabs_are_told_of_each_other(page: Page) -> None:
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    step(page, 3)
    page.get_by_role("link", name="Retour").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Téléphone mobile").fill("07 66 22 33 44")
    go_on(other)
    step(other, 3)
    page.get_by_label("Adresse mail personnelle").fill("autre@courriel.example")
    go_on(page)
    expect(page.get_by_text("Cette étape a été modifiée dans un autre onglet.")).to_be_visible()
    expect(page.get_by_label("Adresse mail personnelle")).to_have_value("autre@courriel.example")
    go_on(page)
    step(page, 3)


def test_a_lost_session_in_the_middle_loses_nothing(page: Page) -> None:
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    step(page, 3)
    page.context.clear_cookies(name="adm79_session")
    address(page)
    step(page, 4)
    password(page)
    create(page)
    arrived(page)


def test_all_cookies_lost_is_explained(page: Page) -> None:
    page.goto("/compte/creer/")
    identity(page)
    step(page, 2)
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette saisie n'est plus là")
    page.get_by_role("main").get_by_role("link", name="Créer mon compte").click()
    step(page, 1)


def test_on_a_phone_nothing_overflows(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/compte/creer/")
    for fill in (identity, contact, address, password):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        fill(page)
    create(page)
    arrived(page)


def test_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/compte/creer/")
    keys = page.keyboard

    def type_into(label: str, text: str, *, exact: bool = False) -> None:
        field = page.get_by_label(label, exact=exact).last
        for _ in range(60):
            if field.evaluate("element => element === document.activeElement"):
                break
            keys.press("Tab")
        keys.type(text)

    type_into("Nom de naissance", "Moreau-L'Hôpital")
    type_into("Numéro de sécurité sociale", NIR)
    keys.press("Enter")
    step(page, 2)
    type_into("Téléphone mobile", "0612345678")
    type_into("Adresse mail personnelle", "jeanne@courriel.example")
    keys.press("Enter")
    step(page, 3)
    type_into("Lieu-dit", "Le Petit Chêne")
    type_into("Code postal", "79000")
    expect(page.get_by_label("Ville")).to_have_value("79191")
    page.get_by_label("Code postal").press("Enter")
    step(page, 4)
    type_into("Mot de passe", PASSWORD, exact=True)
    type_into("Confirmez votre mot de passe", PASSWORD, exact=True)
    type_into("J'ai lu", " ")
    keys.press("Enter")
    arrived(page)


def test_a_number_that_has_an_account(page: Page, axe) -> None:
    UserFactory(nir=NIR, birth_name="Moreau-L'Hôpital")
    to_last_step(page)
    password(page)
    create(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Vous avez déjà un compte"))
    axe(page)


def test_coming_back_next_week_on_a_shared_computer(page: Page, axe) -> None:
    page.goto("/compte/creer/")
    identity(page)
    contact(page)
    page.goto("/compte/creer/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un compte a été commencé ici")
    expect(page.get_by_text("Moreau")).to_have_count(0)
    axe(page)
    page.get_by_label("Nom de naissance").fill("moreau l'hopital")
    page.get_by_role("button", name="Reprendre").click()
    step(page, 3)


def test_the_checklist_of_the_password_follows_what_is_typed(page: Page) -> None:
    to_last_step(page)
    field = page.get_by_label("Mot de passe", exact=True)
    field.fill("abcdefgh")
    met = page.locator(".checklist .is-met")
    expect(met).to_have_text(["8 caractères", "1 minuscule"])
    field.fill(PASSWORD)
    expect(met).to_have_count(4)
    page.get_by_role("button", name="Afficher le mot de passe").first.click()
    expect(field).to_have_attribute("type", "text")
