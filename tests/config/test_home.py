"""« Où en êtes-vous ? » has an answer."""

import pytest
from django.utils import timezone

from catalogue.models import Session
from enrolment.dossiers import workflow
from enrolment.models import State
from tests.factories import EnrolmentFactory, SessionFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/fiche/", "/formations-a-venir/", "/connexion/", "/aide/#dif-elus"])
def test_a_visitor_has_four_ways_on(client, address):
    page = client.get("/").text
    assert f'<a class="choice" href="{address}">' in page


def test_the_anchor_of_the_last_way_on_is_there(client):
    assert 'id="dif-elus"' in client.get("/aide/").text


def test_a_visitor_sees_the_next_five_open_sessions_in_outline(client):
    for _ in range(6):
        SessionFactory()
    shown = list(Session.objects.order_by("start", "pk"))
    page = client.get("/").text
    assert page.count('<article class="card card--link entry">') == 5
    assert all(session.training.get_absolute_url() in page for session in shown[:5])


def test_somebody_logged_in_reads_the_one_thing_to_do(official, official_client):
    workflow.create(official, SessionFactory(), timezone.now())
    page = official_client.get("/").text
    main = page[page.index("<main") :]
    assert "vous d&#x27;agir" in main or "vous d'agir" in main
    assert main.count("<h1") == 1
    assert main.count('class="button"') == 1


def test_without_a_dossier_home_leads_to_the_search(official_client):
    page = official_client.get("/").text
    assert "Vous n'avez aucune demande en cours" in page
    assert "Chercher les formations liées à l'exercice de mon mandat" in page


def test_the_most_urgent_dossier_comes_first_on_home_and_in_the_list(official, official_client):
    late = EnrolmentFactory(user=official, session=SessionFactory(start=in_days(60), training__title="Plus tard"))
    soon = EnrolmentFactory(user=official, session=SessionFactory(start=in_days(20), training__title="Bientôt"))
    assert late.state == soon.state == State.DRAFT
    for address in ("/", "/inscriptions/"):
        page = official_client.get(address).text
        main = page[page.index("<main") :]
        assert main.index("Bientôt") < main.index("Plus tard")


def test_the_telephone_stands_in_footer_and_pages_when_it_is_set(client, settings):
    settings.ADM79_PHONE, settings.ADM79_HOURS = "05 49 00 12 34", "du lundi au vendredi"
    for address in ("/", "/contact/", "/rien/"):
        page = client.get(address).text
        assert 'href="tel:+33549001234"' in page
        assert "du lundi au vendredi" in page


def test_without_a_number_only_the_mail_shows(client, settings):
    settings.ADM79_PHONE, settings.ADM79_HOURS = "", "du lundi au vendredi"
    page = client.get("/").text
    assert "tel:" not in page
    assert "du lundi au vendredi" not in page
    assert f"mailto:{settings.ADM79_EMAIL}" in page
