"""Help stands beside: one source, found by search, and every refusal of the site leads to its entry."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxDetails

from accounts.franceconnect.attempts import Attempt
from accounts.franceconnect.errors import FranceConnectError
from accounts.franceconnect.views import failure
from accounts.identity import nir
from config import faults, glossary, views
from config import help as topics
from config.middleware import TooManyMiddleware
from config.templatetags.helps import term
from core import throttling
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.refused import refused
from enrolment.identity_checks import documents
from enrolment.identity_checks.forms import IdentityForm
from tests.factories import EnrolmentFactory, SessionFactory

pytestmark = pytest.mark.django_db

ANCHOR = re.compile(r'href="(/aide/(?:[a-z-]+/)?#[a-z0-9-]+)"')
PAGES = ("/aide/", "/aide/mon-compte-formation/", "/aide/messages/")


@pytest.fixture
def anchors(client, settings) -> set[str]:
    """Where the pages of help tell something: « /aide/#vitale »."""
    settings.FRANCECONNECT_CLIENT_ID = "adm79"
    told = r'<h[23] id="([a-z0-9-]+)"'
    return {f"{path}#{found}" for path in PAGES for found in re.findall(told, client.get(path).text)}


@pytest.fixture
def request_of(rf: RequestFactory, official):
    """A request as views get it."""
    request = rf.get("/inscriptions/")
    request.user, request.session, request.htmx = official, {}, HtmxDetails(request)
    return request


def leads_to_help(html: str, anchors: set[str]) -> bool:
    """Whether a page leads to an entry that is there."""
    found = ANCHOR.findall(html.split("<footer", maxsplit=1)[0])
    return bool(found) and set(found) <= anchors


def test_every_topic_is_a_template_named_by_its_anchor_once():
    names = [name for chapter in topics.CHAPTERS for name in chapter.names]
    assert len(names) == len(set(names))
    for name in names:
        told = topics.topic(name)
        if told:
            assert told.anchor == name.replace("_", "-")
            assert told.title


def test_every_template_of_the_help_is_told_on_its_page(settings):
    files = {path.stem for path in (settings.BASE_DIR / "templates" / "help").glob("*.html")}
    assert files == {name for chapter in topics.CHAPTERS for name in chapter.names}


@pytest.mark.parametrize("kind", FranceConnectError.__subclasses__())
def test_each_failure_of_franceconnect_leads_to_its_help(kind, request_of, anchors):
    page = failure(request_of, kind("code"), Attempt(next="/mes-droits/"))
    assert leads_to_help(page.text, anchors)


@pytest.mark.parametrize("cause", Refusal)
def test_each_refusal_of_a_dossier_leads_to_its_help(cause, request_of, anchors, official):
    enrolment = EnrolmentFactory(user=official, session=SessionFactory())
    page = refused(request_of, RefusedError(cause), enrolment.session, enrolment)
    assert page.status_code == 409
    assert leads_to_help(page.text, anchors)


STATUS_PAGES = {
    403: lambda client: client.get("/admin/catalogue/training/"),
    404: lambda client: client.get("/rien/"),
    405: lambda client: client.get("/identite/retirer/"),
    410: lambda client: client.get("/compte/creer/00000000-0000-4000-8000-000000000000/contact/"),
}


@pytest.mark.parametrize("status", STATUS_PAGES)
def test_each_refused_address_leads_to_its_help(status, staff_without_rights, as_user, official, anchors):
    client = Client() if status == 410 else as_user(staff_without_rights if status == 403 else official)
    page = STATUS_PAGES[status](client)
    assert page.status_code == status
    assert leads_to_help(page.text, anchors)
    assert "contact@adm79.example" in page.text


def test_a_form_without_its_token_leads_to_its_help(official, anchors):
    page = Client(enforce_csrf_checks=True).post("/deconnexion/")
    assert page.status_code == 403
    assert leads_to_help(page.text, anchors)


@pytest.mark.parametrize(("error", "status"), [(RequestDataTooBig(), 413), (PermissionDenied(), 400)])
def test_what_cannot_be_taken_in_says_so_and_leads_to_its_help(error, status, request_of, anchors):
    page = views.bad_request(request_of, error)
    assert page.status_code == status
    assert leads_to_help(page.text, anchors)


@pytest.mark.parametrize("fault", [None, faults.BUSY, faults.DOWN, faults.READ_ONLY, faults.UPDATING])
def test_the_pages_that_stand_alone_say_whom_to_call(fault, anchors, settings):
    settings.ADM79_PHONE, settings.ADM79_HOURS = "05 49 00 00 00", "du lundi au vendredi, de 9 h à 17 h"
    page = faults.unavailable(fault).text if fault else render_to_string("500.html")
    assert leads_to_help(page, anchors)
    assert 'href="tel:+33549000000"' in page
    assert settings.ADM79_EMAIL in page
    assert "9 h" in unescape(page).replace("\xa0", " ").replace("\u202f", " ")


def test_too_many_things_at_once_lead_to_their_help(request_of, anchors):
    error = throttling.TooManyError(timedelta(minutes=5))
    page = TooManyMiddleware(lambda request: None).process_exception(request_of, error)
    assert page.status_code == 429
    assert leads_to_help(page.text, anchors)


@pytest.mark.parametrize("code", nir.MESSAGES)
def test_each_mistake_in_the_number_leads_to_its_help(code, anchors):
    form = IdentityForm({})
    form._errors = form.error_class()
    form._errors = {"nir": [str(nir.NirError(code))]}
    assert leads_to_help(render_to_string("components/error_summary.html", {"form": form}), anchors)


@pytest.mark.parametrize("code", documents.MESSAGES)
def test_each_mistake_in_a_copy_leads_to_its_help(code, anchors):
    form = IdentityForm({})
    form._errors = {"front": [documents.MESSAGES[code]]}
    assert leads_to_help(render_to_string("components/error_summary.html", {"form": form}), anchors)


def test_a_login_that_fails_leads_to_its_help_and_to_a_new_password(client, anchors):
    page = client.post("/connexion/", {"nir": "2 53 07 2B 073 004", "password": "Autre-Chose79"})
    assert page.status_code == 422
    summary = page.text[page.text.index("error-summary") : page.text.index("<h1")]
    assert leads_to_help(summary, anchors)
    assert '<a href="/mot-de-passe/oublie/">choisissez un nouveau mot de passe</a>' in summary


LINKED_EARLIER = (
    *("nom-de-naissance", "ne-vont-pas-ensemble", "numero-refuse", "mot-de-passe-refuse", "trop-d-essais"),
    *("lien-expire", "deconnecte", "formulaire-perime", "saisie-perdue", "deja-un-compte", "numero-pris", "erreurs"),
    *("compte-ferme", "franceconnect-interrompu", "franceconnect-recommencer", "franceconnect-en-panne"),
    *("autre-personne", "nom-different", "trop-tard", "session-complete", "session-annulee", "formation-retiree"),
    *("financement-change", "mandat-termine", "mandat-inconnu", "dossier-change", "piece-refusee", "compte-elu"),
    *("pas-trouvee", "et-ensuite", "mail", "partage", "page-introuvable", "acces-refuse", "pas-directement"),
    *("demande-incomprise", "site-en-panne", "dif-elus", "connexion", "droits", "trouver", "inscription", "mots"),
    *("mon-compte-formation", "le-dif-elus", "vitale", "delai", "verification", "photos", "mcf-connexion"),
    *("mcf-creation", "mcf-droits", "mcf-recherche", "mcf-formation", "mcf-identite", "mcf-demande"),
    *("mcf-proposition", "mcf-valide", "nom", "contact", "adresse", "de-nouveau", "financement", "fiche"),
)
"""Anchors of `/aide/` that mails, paper and other pages may hold."""


def test_what_was_linked_on_the_first_page_of_help_still_leads_to_its_answer(client, anchors):
    page = client.get("/aide/").text
    for anchor in LINKED_EARLIER:
        moved = re.search(rf'<a id="{anchor}" href="([^"]+)">', page)
        assert f"/aide/#{anchor}" in anchors or (moved and moved[1] in anchors), anchor


def test_the_help_is_searched_as_one_without_a_script(client):
    page = client.get("/aide/", {"q": "Délai passé"}).text
    assert '<h3 id="trop-tard">' in page
    assert 'id="vitale"' not in page
    assert "Essayez un seul mot" not in page
    for query, found in (("carte Vitale", '<h3 id="vitale">'), ("HEIC", '<h3 id="piece-refusee">'), ("CPF", "<dt>CPF")):
        assert found in client.get("/aide/", {"q": query}).text, query
    assert "Essayez un seul mot" in client.get("/aide/", {"q": "zzzz"}).text


def test_the_help_answers_as_one_types(client):
    htmx = {"HX-Request": "true"}
    answer = client.get("/aide/", {"q": "délai passé"}, headers=htmx)
    assert answer["HX-Replace-Url"] == "/aide/?q=d%C3%A9lai+pass%C3%A9"
    assert "<main" not in answer.text
    assert '<h3 id="trop-tard">' in answer.text
    assert "réponse" in answer.text
    emptied = client.get("/aide/", {"q": ""}, headers=htmx)
    assert emptied["HX-Replace-Url"] == "/aide/"
    assert 'id="vitale"' in emptied.text


def test_the_screens_of_mon_compte_formation_say_name_button_and_what_if_nothing():
    screens = [told for chapter in topics.PARTS["mcf"].chapters for told in chapter.topics]
    assert len(screens) == 9
    for told in screens:
        assert "<svg" in told.html
        assert "<title>" in told.html
        assert "<strong>" in told.html
        assert "Si vous ne voyez rien" in told.html


DRAWN = {
    "vitale": ("13 caractères", "la clé"),
    "nom": ("Nom d'usage", "Prénoms"),
    "photos": ("entière, droite, nette", "coupée, penchée, reflet"),
    "franceconnect": ("impots.gouv.fr", "Ameli"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_hard_to_say_is_drawn_by_us(name, client, settings):
    settings.FRANCECONNECT_CLIENT_ID = "adm79"
    page = client.get("/aide/").text
    told = page[page.index(f'<h3 id="{name}">') :]
    drawing = unescape(told[told.index("<svg") : told.index("</svg>")])
    assert all(words in drawing for words in DRAWN[name])
    assert len(re.findall(r'class="p-first"', drawing)) >= 1
    assert told.index("<svg") < told.index("<p>")


def test_words_are_explained_in_place_from_the_glossary(client):
    page = unescape(client.get("/aide/").text)
    for word in glossary.WORDS.values():
        assert word.meaning in page.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("phone", ["05 49 00 00 00", ""])
def test_whom_to_call_stands_on_every_page(client, settings, phone):
    settings.ADM79_PHONE, settings.ADM79_HOURS = phone, "du lundi au vendredi" if phone else ""
    for path in ("/", *PAGES, "/contact/", "/connexion/", "/rien/"):
        page = client.get(path).text
        assert ("tel:+33549000000" in page) is bool(phone)
        assert settings.ADM79_EMAIL in page[page.index("<footer") :]


def test_a_word_of_the_field_says_what_it_means_where_it_is_first_met(rf):
    context = {"request": rf.get("/")}
    html = str(term(context, "dif", "DIF"))
    assert term(context, "dif", "DIF") == "DIF"
    assert '<button class="term" type="button" popovertarget="mot-dif">DIF</button>' in html
    assert 'id="mot-dif" popover' in html
    assert glossary.WORDS["dif"].meaning in unescape(html)
