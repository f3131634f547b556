"""The frame of every page, and the region that htmx swaps: both ways the visitor sees the same."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import override_settings
from django.utils.safestring import SafeString
from pytest_django.asserts import assertHTMLEqual

from accounts.login import browsers
from accounts.signup.journey import SignupJourney
from core import outbox, throttling
from core.forms.renderer import PlainRenderer
from enrolment.identity_checks import checks
from tests.factories import OfficialFactory, StaffFactory, TrainingFactory
from tests.french import plain

FORBIDDEN = re.compile(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style|javascript:", re.IGNORECASE)
STATIC_PAGES = [
    "/",
    "/aide/",
    "/aide/mon-compte-formation/",
    "/aide/messages/",
    "/contact/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/conditions-generales/",
]
LEGAL_LINKS = [
    "Accessibilité : non conforme",
    "Mentions légales",
    "Données personnelles",
    "Conditions générales d'utilisation",
    "Contact",
]


@pytest.fixture
def first_step(client: Client, db: None) -> str:
    """The address of the first step of account creation."""
    return client.get("/compte/creer/")["Location"]


def inside_region(html: str) -> str:
    """What stands in ``#step``, without the tokens that are new each time."""
    region = re.search(r'<div id="step"[^>]*>(.*)</div>\s*</main>', html, re.DOTALL)
    return without_tokens(region[1] if region else re.sub(r"<title>.*?</title>", "", html, flags=re.DOTALL))


def without_tokens(html: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", html).strip()


def title(html: str) -> str:
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]


@pytest.mark.parametrize("posted", [None, {"birth_name": "Chevalier"}], ids=["shown", "with mistakes"])
def test_a_swapped_step_is_what_a_fresh_page_shows(client: Client, first_step: str, posted: dict | None) -> None:
    def ask(**headers: str) -> HttpResponse:
        if posted is None:
            return client.get(first_step, headers=headers)
        return client.post(first_step, posted, headers=headers)

    whole = ask()
    region = ask(**{"HX-Request": "true", "HX-Target": "step"})
    assert region.status_code == whole.status_code == (422 if posted else 200)
    assert "<html" in whole.content.decode()
    assert "<html" not in region.content.decode()
    assert inside_region(region.content.decode()) == inside_region(whole.content.decode())
    assert title(region.content.decode()) == title(whole.content.decode())
    assert title(region.content.decode()).startswith("Erreur : ") is bool(posted)


@pytest.mark.django_db
@pytest.mark.parametrize("path", STATIC_PAGES)
def test_nothing_that_the_content_security_policy_forbids(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert FORBIDDEN.search(html) is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", STATIC_PAGES)
def test_the_footer_of_every_page(client: Client, path: str) -> None:
    footer = plain(client.get(path).text).split("<footer", 1)[1]
    for words in LEGAL_LINKS:
        assert words in footer


@pytest.mark.parametrize("path", STATIC_PAGES)
def test_pages_that_tell_read_nothing_from_the_database(
    client: Client, path: str, django_assert_num_queries, db: None
) -> None:
    read = {"/": 1, "/conditions-generales/": 1}  # the sessions that are open, the version in force
    with django_assert_num_queries(read.get(path, 0)):
        assert client.get(path).status_code == 200


@pytest.mark.django_db
@override_settings(ENROLMENT_DEADLINE_DAYS=9, ENROLMENT_DEADLINE_UNIT="working")
def test_the_deadline_told_is_the_one_in_force(client: Client) -> None:
    for path in ("/", "/aide/"):
        html = client.get(path).content.decode()
        assert "au moins 9 jours ouvrés avant la formation" in plain(html)
        assert "11 jours" not in plain(html)


@pytest.mark.django_db
@pytest.mark.parametrize("enabled", [True, False])
def test_franceconnect_is_told_only_where_it_exists(client: Client, settings, enabled: bool) -> None:
    settings.FRANCECONNECT_CLIENT_ID = "adm79" if enabled else ""
    for path in ("/", "/aide/"):
        assert ("Avec FranceConnect" in client.get(path).content.decode()) is enabled


def test_the_page_of_a_breakdown_needs_nothing() -> None:
    html = render_to_string("500.html")
    assert "Le site a un problème" in html
    assert 'href="/contact/"' in html


@pytest.mark.django_db
def test_a_refused_token_explains_cookies() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/deconnexion/")
    assert answer.status_code == 403
    assert "cookies" in answer.content.decode()


def test_legal_facts_come_from_the_settings(client: Client, settings) -> None:
    settings.PUBLISHER = {"address": "1 rue des Frênes, Niort", "siren": "", "director": "Odile Guérin", "host": "Hôte"}
    html = client.get("/mentions-legales/").content.decode()
    assert "1 rue des Frênes, Niort" in html
    assert "Odile Guérin" in html
    assert "SIREN" not in html


WIDGETS = {
    "text": forms.TextInput({"class": "input--8", "maxlength": 2000, "data-yes": True, "data-no": False}),
    "email": forms.EmailInput(),
    "number": forms.NumberInput({"min": 0, "max": 1200}),
    "password": forms.PasswordInput(render_value=True),
    "hidden": forms.HiddenInput(),
    "file": forms.FileInput({"accept": "image/*"}),
    "checked": forms.CheckboxInput(),
    "textarea": forms.Textarea({"rows": 3}),
    "select": forms.Select(choices=[("", "Aucun"), ("1", "Un & deux"), ("Groupe", [("2", "<deux>"), (3, "Trois")])]),
    "several": forms.SelectMultiple(choices=[("1", "Un"), ("2", "Deux")]),
    "date": forms.DateInput(),
    "radio": forms.RadioSelect(choices=[("1", "Un"), ("2", "Deux")]),
}
VALUES = [None, "", "1", 1200, True, 'Niort "& <b>', ["1", "2"], 'é\n<script>alert("x")</script>']


@pytest.mark.parametrize("name", WIDGETS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_widgets_drawn_by_hand_are_django_s_own(name: str, value: object) -> None:
    django_own = WIDGETS[name].render("field", value, {"id": "id_field"}, renderer=TemplatesSetting())
    ours = WIDGETS[name].render("field", value, {"id": "id_field"}, renderer=PlainRenderer())
    assertHTMLEqual(ours, django_own)
    assert isinstance(ours, SafeString)


def test_the_privacy_page_tells_the_delays_that_the_software_keeps(client: Client) -> None:
    html = unescape(client.get("/donnees-personnelles/").content.decode()).replace("\xa0", " ")
    assert f"Une saisie inachevée : {SignupJourney.lifetime.days} jours" in html
    assert f"jusqu'à la décision, {checks.DOCUMENTS_KEPT.days} jours au plus" in html
    assert f"vous a envoyés, sans leur contenu : {outbox.KEPT_FOR.days} jours" in html
    assert f"{browsers.IDLE_LIMIT.seconds // 60} minutes sans activité, 24 heures au plus" in html
    assert f"{browsers.REMEMBERED_FOR.days} jours si vous cochez" in html
    assert f"ni l'adresse de l'ordinateur : {2 * throttling.FORGOTTEN_AFTER.days} jours" in html


def test_the_admin_speaks_french_of_parts_from_elsewhere_too(staff_client: Client):
    page = staff_client.get("/admin/").content.decode()
    for words in ("Inscriptions", "Formations", "Personnes", "Suivi", "Journal"):
        assert words in page
    for words in ("Accounts", "OTP_", "devices", "Task", "Groupes", "Log entries"):
        assert words not in page


@pytest.mark.django_db
def test_the_headers_ways_in_lead_to_the_training_of_the_fiche_too(client):
    training = TrainingFactory()
    page = client.get(training.get_absolute_url()).content.decode()
    header = page[: page.index("</header>")]
    for way_in in ("/connexion/", "/compte/creer/"):
        assert f'href="{way_in}?next={training.get_absolute_url()}"' in header


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/mes-droits/", "Mes droits"),
        ("/formations/", "Formations"),
        ("training", "Formations"),
        ("/inscriptions/", "Mes inscriptions"),
        ("/aide/", "Aide"),
        ("/mon-compte/", None),
    ],
)
def test_the_header_tells_where_the_page_stands(official_client: Client, path: str, here: str | None) -> None:
    path = TrainingFactory().get_absolute_url() if path == "training" else path
    assert re.findall(r'aria-current="page">([^<]*)<', official_client.get(path).text) == ([here] if here else [])


@pytest.mark.django_db
def test_the_header_is_that_of_who_looks_and_its_button_works(as_user: Callable[..., Client]) -> None:
    """Parts of it are kept from one page to the next: never a name, a right or a token."""
    for person, is_staff in (
        (OfficialFactory(first_names="Aline"), False),
        (StaffFactory(first_names="Bruno", is_superuser=True), True),
        (OfficialFactory(first_names="Chloé"), False),
    ):
        strict = as_user(person)
        strict.handler.enforce_csrf_checks = True
        header = strict.get("/aide/").text.split("</header>")[0]
        assert [name for name in ("Aline", "Bruno", "Chloé") if name in header] == [person.first_names]
        assert ("Gestion</a>" in header) is is_staff
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', header)[1]
        assert strict.post("/deconnexion/", {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.django_db
def test_how_to_reach_the_association_is_said_as_the_settings_are_now(client: Client, settings) -> None:
    for mail in ("un@adm79.example", "deux@adm79.example"):
        settings.ADM79_EMAIL = mail
        assert f"mailto:{mail}" in client.get("/formations-a-venir/").text
