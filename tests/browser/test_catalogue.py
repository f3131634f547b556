"""The catalogue in a real browser: searching with and without JavaScript, the Back button, the fiche on paper."""

import io
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from catalogue.models import Training
from config.demo import catalogue
from enrolment.models import RightsReading
from tests.factories import (
    CommuneFactory,
    OfficialFactory,
    PlaceFactory,
    PostalCodeFactory,
    ScaleFactory,
    SessionFactory,
    StaffFactory,
    TrainingFactory,
    in_days,
)

pytestmark = pytest.mark.django_db(transaction=True)

SEARCH = "/formations/"
TITLE = "La gestion du domaine public et privé de la commune"


@pytest.fixture
def trainings():
    """The guide's example, a budget far away, and one that is closed."""
    ScaleFactory()
    PostalCodeFactory()
    example = TrainingFactory(reference="domaine-public", title=TITLE)
    SessionFactory(training=example)
    budget = TrainingFactory(reference="budget", title="Lire le budget communal", price=950)
    SessionFactory(training=budget, place=PlaceFactory(commune=CommuneFactory(code="79329", name="Thouars")))
    late = TrainingFactory(reference="voirie", title="La voirie communale")
    SessionFactory(training=late, start=in_days(4))
    return example


def results(page: Page):
    return page.locator("#resultats h2 a")


def test_results_come_as_one_types_and_back_restores_the_search(page: Page, sign_in, trainings, axe) -> None:
    sign_in(OfficialFactory())
    page.goto(SEARCH)
    expect(results(page)).to_have_count(3)
    axe(page)
    page.get_by_label("Formation, métier, etc.").press_sequentially("gestion du dom", delay=20)
    expect(results(page)).to_have_text([TITLE])
    expect(page.get_by_role("status").filter(has_text="1 formation")).to_be_visible()
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=gestion+du+dom")
    expect(page).to_have_title("« gestion du dom » – Chercher une formation – ADM79")
    expect(page.get_by_label("Formation, métier, etc.")).to_be_focused()
    results(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    axe(page)
    page.go_back()
    expect(page.get_by_label("Formation, métier, etc.")).to_have_value("gestion du dom")
    expect(results(page)).to_have_text([TITLE])


def test_a_filter_can_be_undone_with_the_back_button(page: Page, sign_in, trainings) -> None:
    official = OfficialFactory()
    RightsReading.objects.create(user=official, amount=400, read_on=date.today(), by=official)
    sign_in(official)
    page.goto(SEARCH)
    page.get_by_label("Encore ouvertes").check()
    expect(results(page)).to_have_count(2)
    page.get_by_label("Prix dans mes droits").check()
    expect(results(page)).to_have_text([TITLE])
    page.go_back()
    expect(results(page)).to_have_count(2)
    expect(page.get_by_label("Encore ouvertes")).to_be_checked()
    expect(page.get_by_label("Prix dans mes droits")).not_to_be_checked()


def test_a_place_is_suggested(page: Page, sign_in, trainings) -> None:
    sign_in(OfficialFactory())
    page.goto(SEARCH)
    page.get_by_label("Localisation").press_sequentially("nio", delay=20)
    expect(page.locator("#communes option")).to_have_attribute("value", "Niort (79000)")
    page.get_by_label("Localisation").fill("Niort (79000)")
    page.get_by_label("Localisation").press("Enter")
    expect(results(page)).to_have_count(3)
    expect(results(page).first).to_have_text(TITLE)


def test_searching_needs_no_javascript(page_no_js: Page, sign_in, trainings) -> None:
    sign_in(OfficialFactory(), into=page_no_js.context)
    page_no_js.goto(SEARCH)
    page_no_js.get_by_label("Formation, métier, etc.").fill("bujet")
    page_no_js.get_by_role("button", name="Chercher").click()
    expect(page_no_js.get_by_role("heading", name="Aucune formation ne répond à cette recherche")).to_be_visible()
    page_no_js.get_by_role("link", name="Vouliez-vous dire « budget » ?").click()
    expect(results(page_no_js)).to_have_text(["Lire le budget communal"])
    page_no_js.get_by_label("Localisation").fill("Thouars")
    page_no_js.get_by_role("button", name="Chercher").click()
    expect(results(page_no_js)).to_have_text(["Lire le budget communal"])
    page_no_js.go_back()
    expect(page_no_js.get_by_label("Localisation")).to_have_value("")


def test_the_printed_address_explains_the_way_in(page: Page, trainings, axe) -> None:
    page.goto("/formations/DOMAINE-public/")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("main").get_by_role("link", name="Me connecter")).to_have_attribute(
        "href", "/connexion/?next=/formations/domaine-public/"
    )
    axe(page)


def test_every_fiche_of_the_demonstration_is_one_page_and_its_code_leads_to_the_training(page: Page, settings) -> None:
    for code in _communes_of_the_demonstration():
        CommuneFactory(code=code, name=f"Saint-Quelque-Chose-sur-{code}")
    catalogue.load(date.today())
    settings.SITE_URL = "https://formations.adm79.example"
    for training in Training.objects.order_by("reference"):
        page.goto(f"{training.get_absolute_url()}fiche/")
        document = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
        assert len(document.pages) == 1, training.reference
        link = f"https://formations.adm79.example/formations/{training.reference}/"
        assert page.locator(".sheet__url").text_content() == link
        height = page.locator(".sheet").bounding_box()["height"]
        assert height <= 297 / 25.4 * 96, f"{training.reference}: what overflows the sheet would be cut on paper"
    assert document.pages[0].mediabox.width == pytest.approx(595, abs=1)


def test_the_code_at_the_bottom_left_is_read_by_a_telephone(page: Page, trainings, axe) -> None:
    page.set_viewport_size({"width": 900, "height": 1300})
    page.goto("/formations/domaine-public/fiche/")
    axe(page)
    page.emulate_media(media="print")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
    assert code.text == "http://testserver/formations/domaine-public/"
    box = page.locator(".sheet__link img").bounding_box()
    sheet = page.locator(".sheet").bounding_box()
    assert box["x"] + box["width"] < sheet["x"] + sheet["width"] / 3
    assert box["y"] > sheet["y"] + sheet["height"] * 0.8


def test_staff_copy_the_link(page: Page, sign_in, trainings) -> None:
    sign_in(StaffFactory(is_superuser=True))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/admin/catalogue/training/{trainings.pk}/change/")
    expect(page.get_by_alt_text("QR code : http://testserver/formations/domaine-public/")).to_be_visible()
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "http://testserver/formations/domaine-public/"


def _communes_of_the_demonstration() -> set[str]:
    import tomllib

    places = tomllib.loads((catalogue.FOLDER / "catalogue.toml").read_text())["places"]
    return {place["commune"] for place in places.values()}
