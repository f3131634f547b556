"""On a phone the next act stands in the first screen; nothing is wider than it; a first visit weighs little."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.factories import EnrolmentFactory, SessionFactory, TrainingFactory

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 640}
LONG = (
    "Intercommunalité, mutualisation et anticonstitutionnellement longues responsabilités des exécutifs communautaires"
)


def in_first_screen(page: Page, name: str, role: str = "button") -> None:
    box = page.get_by_role("main").get_by_role(role, name=name).first.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= PHONE["height"]
    assert page.evaluate("scrollY") == 0


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    return page


def test_the_training_page_shows_its_button(phone: Page, sign_in, official, axe) -> None:
    session = SessionFactory(training=TrainingFactory(title=LONG))
    sign_in(official)
    phone.goto(session.training.get_absolute_url())
    in_first_screen(phone, "Créer mon dossier d'inscription")
    axe(phone)


def test_it_stays_in_sight_while_one_reads(phone: Page, sign_in, official) -> None:
    session = SessionFactory(training=TrainingFactory(programme="- Une demi-journée\n" * 60))
    sign_in(official)
    phone.goto(session.training.get_absolute_url())
    phone.mouse.wheel(0, 1500)
    phone.wait_for_function("scrollY > 500")
    box = phone.get_by_role("button", name="Créer mon dossier d'inscription").bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]


def test_the_deep_link_shows_the_way_in(phone: Page, axe) -> None:
    session = SessionFactory(training=TrainingFactory(title=LONG))
    phone.goto(session.training.get_absolute_url())
    in_first_screen(phone, "Créer mon compte", "link")
    axe(phone)


def test_a_dossier_shows_what_to_do_now(phone: Page, sign_in, axe) -> None:
    enrolment = EnrolmentFactory(session__training__title=LONG)
    sign_in(enrolment.user)
    phone.goto(enrolment.get_absolute_url())
    in_first_screen(phone, "Faire vérifier mon identité", "link")
    axe(phone)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_narrowest_screen_and_all_is_accessible(
    page: Page, sign_in, axe, scheme: str
) -> None:
    enrolment = EnrolmentFactory(session__training__title=LONG)
    training = enrolment.session.training.get_absolute_url()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    for address in (training, "/fiche/", "/formations-a-venir/", "/formations/rien-de-tel/", "/connexion/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
        axe(page)
    sign_in(enrolment.user)
    for address in ("/", training, enrolment.get_absolute_url(), "/inscriptions/", "/mes-droits/", "/identite/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
        axe(page)


def test_the_face_is_ours_and_its_place_is_kept(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.fonts.ready")
    assert page.evaluate(
        "document.fonts.check('400 16px Hyperlegible') && document.fonts.check('700 16px Hyperlegible')"
    )
    shift = page.evaluate(
        """() => new Promise(done => {
             let sum = 0;
             const add = list => { for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value; };
             new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
             setTimeout(() => done(sum), 300);
           })"""
    )
    assert shift < 0.05


def test_the_last_day_is_one_sentence_for_a_screen_reader(page: Page) -> None:
    session = SessionFactory()
    page.goto(session.training.get_absolute_url())
    leaf = page.locator(".leaf").first
    expect(leaf.locator(".visually-hidden")).to_contain_text("Dernier jour")
    expect(leaf.locator("> [aria-hidden=true]")).to_have_count(1)


def test_a_first_visit_and_the_next_page_weigh_little(page: Page, settings) -> None:
    for _ in range(6):
        SessionFactory()
    weights: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if response.ok and not response.url.endswith(".woff2"):
            weights[response.url] = len(compressed(response.body()))

    page.on("response", weigh)
    page.goto("/", wait_until="networkidle")
    assert sum(weights.values()) <= 45 * 1024, weights
    seen = set(weights)
    page.goto("/formations-a-venir/", wait_until="networkidle")
    assert sum(weight for url, weight in weights.items() if url not in seen) <= 12 * 1024


def compressed(body: bytes) -> bytes:
    """As the site's server sends it."""
    import gzip

    return gzip.compress(body, 9)
