"""Proving one's identity without FranceConnect: from a phone, with a wrong file first, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from enrolment.models import IdentityCheck
from tests.enrolment.identity_checks import copies
from tests.factories import MandateClaimFactory, MandateFactory, OfficialFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/identite/"


def file(content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def front(page: Page):
    return page.get_by_label("Recto de la carte")


def back(page: Page):
    return page.get_by_label("Verso de la carte")


def fill_in(page: Page) -> None:
    page.get_by_label("Nom d'usage ou marital").fill("Petit")
    page.get_by_label("Prénom(s)").fill("Jeanne Louise")
    page.get_by_label("Jour", exact=True).fill("14")
    page.get_by_label("Mois", exact=True).fill("mars")
    page.get_by_label("Année", exact=True).fill("1958")
    page.get_by_label("Lieu de naissance").fill("Niort")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continuer").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer ma pièce d'identité").click()


def h1(page: Page):
    return page.get_by_role("heading", level=1)


def wrong_file_then_right_one(page: Page) -> None:
    page.goto(PAGE)
    go_on(page)
    expect(h1(page)).to_have_text("Les photos")
    front(page).set_input_files(file(copies.image()))
    back(page).set_input_files(file(b"PK\x03\x04 un document Word", "verso.jpg"))
    go_on(page)
    expect(page).to_have_title("Erreur : Les photos – Faire vérifier mon identité – ADM79")
    expect(page.get_by_role("alert")).to_contain_text("ni une photo ni un PDF")
    expect(page.get_by_text("Bien reçu")).to_have_count(1)
    back(page).set_input_files(file(copies.image("PNG"), "verso.png", "image/png"))
    go_on(page)
    expect(h1(page)).to_have_text("Ce qui est écrit sur la pièce")
    fill_in(page)
    send(page)
    expect(h1(page)).to_have_text("Votre identité est en cours de vérification")
    check = IdentityCheck.objects.get(status="pending")
    assert (check.first_names, check.documents.count()) == ("Jeanne Louise", 2)


def test_a_wrong_file_is_refused_and_nothing_else_is_lost(page: Page, sign_in, axe) -> None:
    sign_in(OfficialFactory())
    page.goto(PAGE)
    axe(page)
    go_on(page)
    expect(h1(page)).to_have_text("Les photos")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Choisissez une photo du verso de votre carte.").click()
    expect(back(page)).to_be_focused()
    axe(page)
    wrong_file_then_right_one(page)
    axe(page)


def test_the_same_without_javascript(page_no_js: Page, sign_in) -> None:
    sign_in(OfficialFactory(), into=page_no_js.context)
    wrong_file_then_right_one(page_no_js)


def test_the_photo_chosen_is_shown_to_be_looked_at(page: Page, sign_in, axe) -> None:
    sign_in(OfficialFactory())
    page.goto(f"{PAGE}?etape=photos")
    front(page).set_input_files(file(copies.image()))
    expect(page.get_by_role("img", name="La photo que vous avez choisie")).to_be_visible()
    expect(page.get_by_text("Lisible ?")).to_be_visible()
    axe(page)


def test_a_passport_asks_for_no_back(page: Page, sign_in) -> None:
    sign_in(OfficialFactory())
    page.goto(PAGE)
    page.get_by_label("Passeport", exact=True).check()
    go_on(page)
    expect(h1(page)).to_have_text("Les photos")
    expect(back(page)).to_have_count(0)
    front(page).set_input_files(file(copies.pdf(), "scan.pdf", "application/pdf"))
    go_on(page)
    fill_in(page)
    send(page)
    expect(h1(page)).to_have_text("Votre identité est en cours de vérification")
    expect(page.get_by_text("Passeport")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_it_fits_a_phone(page: Page, sign_in, axe, width: int) -> None:
    sign_in(OfficialFactory())
    page.set_viewport_size({"width": width, "height": 740})
    for part in ("piece", "photos", "ecrit"):
        page.goto(f"{PAGE}?etape={part}")
        assert page.evaluate("document.documentElement.scrollWidth") == width
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        axe(page)


def test_replacing_then_taking_everything_back(page: Page, sign_in) -> None:
    sign_in(OfficialFactory())
    wrong_file_then_right_one(page)
    page.get_by_role("link", name="Remplacer ma pièce ou corriger").click()
    go_on(page)
    expect(h1(page)).to_have_text("Les photos")
    go_on(page)
    page.get_by_label("Prénom(s)").fill("Jeanne")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre identité est en cours de vérification")
    assert IdentityCheck.objects.get().first_names == "Jeanne"
    page.get_by_role("button", name="Tout retirer").click()
    expect(page.get_by_text("sont supprimés")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faire vérifier mon identité")


def test_staff_see_the_pictures_and_decide(page: Page, sign_in, axe) -> None:
    official = OfficialFactory()
    sign_in(official)
    wrong_file_then_right_one(page)
    sign_in(StaffFactory(is_superuser=True))
    page.goto("/admin/enrolment/identitycheck/")
    page.get_by_role("link", name="Jeanne MOREAU").click()
    page.get_by_role("button", name="Examiner la pièce et décider").click()
    picture = page.get_by_role("img", name="Recto de la pièce d'identité")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1000
    axe(page)
    page.get_by_role("button", name="Refuser pour ce motif").click()
    expect(page.get_by_text("Choisissez un motif ou écrivez-le")).to_be_visible()
    for item in page.get_by_role("checkbox").all():
        item.check()
    page.get_by_role("button", name="Approuver").click()
    expect(page.get_by_text("un mail lui dit de poursuivre")).to_be_visible()
    sign_in(official)
    page.goto(PAGE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre identité est vérifiée")


def test_the_proposed_mandate_is_answered_with_one_press(page: Page, sign_in, axe) -> None:
    official = OfficialFactory()
    mandate = MandateFactory(user=None, function="Conseillère communautaire", place_name="CA du Niortais")
    MandateClaimFactory(user=official, mandate=mandate)
    sign_in(official)
    page.goto("/mes-droits/")
    expect(page.get_by_role("heading", name="Conseillère communautaire — CA du Niortais")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Oui, c'est moi").click()
    expect(page.get_by_text("C'est noté : Conseillère communautaire — CA du Niortais.")).to_be_visible()
    expect(page.get_by_role("heading", name="À confirmer : votre mandat")).to_be_visible()
    axe(page)
