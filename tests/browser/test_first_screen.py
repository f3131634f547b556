"""On a phone the next act stands in the first screen; nothing is wider than it; a first visit weighs little."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from catalogue.models import Session
from enrolment.models import Enrolment, Funding, Proof, State
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory, TrainingFactory, in_days

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


@pytest.mark.parametrize(
    ("kind", "role", "name"),
    [
        ("full", "button", "Me mettre sur la liste d'attente"),
        ("closed", "button", "Prévenez-moi"),
        ("without a date", "button", "Prévenez-moi"),
        ("asked for", "link", "Voir mon dossier"),
    ],
)
def test_a_training_shows_what_can_still_be_done(
    phone: Page, sign_in, official, kind: str, role: str, name: str
) -> None:
    training = TrainingFactory(title=LONG)
    if kind == "full":
        sent(SessionFactory(training=training, seats=1), user=OfficialFactory())
        Session.objects.update(seats_taken=1)
    elif kind == "closed":
        SessionFactory(training=training, start=in_days(5))
    elif kind == "asked for":
        EnrolmentFactory(user=official, session=SessionFactory(training=training))
    sign_in(official)
    phone.goto(training.get_absolute_url())
    in_first_screen(phone, name, role)


def sent(session: Session, state: str = State.SENT, **fields) -> Enrolment:
    """A dossier that has left, as the database wants it."""
    user = fields.pop("user")
    return EnrolmentFactory(
        **{
            "user": user, "session": session, "state": state, "reference": "79-NF70-9Z39", "sent_at": timezone.now(),
            "proof": Proof.PASSWORD, "price": 200, "last_day_to_send": in_days(19), "birth_name": user.birth_name,
            "first_names": user.first_names,
        }
        | fields
    )  # fmt: skip


DOSSIERS = {
    "to send": ({"state": State.DRAFT}, "Faire vérifier mon identité"),
    "sent, the DIF pays": ({"rights_agreed": 200}, "Dire où j'en suis"),
    "sent, the commune pays": ({"funding": Funding.PUBLIC, "public_agreed": 200}, "Préparer l'accord"),
    "sent, both pay": ({"funding": Funding.BOTH, "public_agreed": 80, "rights_agreed": 120}, "Dire où j'en suis"),
    "accepted, the DIF pays": ({"state": State.ACCEPTED, "rights_agreed": 200}, "Dire où j'en suis"),
    "accepted, new amounts": (
        {"state": State.ACCEPTED, "rights_agreed": 200, "sums_to_agree": True},
        "Voir les montants",
    ),
    "waiting, a seat is proposed": (
        {"state": State.WAITING, "offered_at": timezone.now()},
        "Prendre ou laisser la place",
    ),
    "refused": ({"state": State.REFUSED}, "Voir les autres dates"),
    "cancelled": ({"state": State.CANCELLED}, "Voir les autres dates"),
    "too late": ({"state": State.LAPSED}, "Voir les autres dates"),
}
"""Where a dossier stands, and the words of its main button. Those who pay themselves only wait."""


@pytest.mark.parametrize("stands", DOSSIERS)
def test_a_dossier_shows_what_to_do_now(phone: Page, sign_in, official, axe, stands: str) -> None:
    fields, name = DOSSIERS[stands]
    dossier = sent(SessionFactory(training=TrainingFactory(title=LONG)), user=official, **fields)
    sign_in(official)
    phone.goto(dossier.get_absolute_url())
    in_first_screen(phone, name, "link")
    axe(phone)


@pytest.mark.parametrize("state", [State.SENT, State.ACCEPTED])
def test_a_dossier_with_nothing_to_do_says_so_and_shows_no_button(phone: Page, sign_in, official, state: str) -> None:
    session = SessionFactory()
    dossier = sent(session, state, user=official, funding=Funding.SELF)
    sign_in(official)
    phone.goto(dossier.get_absolute_url())
    expect(phone.locator(".act-bar")).to_have_count(0)
    expect(phone.locator(".drawing--shore")).to_have_count(1 if state == State.SENT else 0)


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
