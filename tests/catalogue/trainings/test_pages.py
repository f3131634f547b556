"""The catalogue's pages as officials meet them: search, training, fiche, calendar."""

from datetime import date, timedelta
from decimal import Decimal

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from catalogue.models import FormerReference, Training
from tests.factories import EnrolmentFactory, ScaleFactory, SessionFactory, TrainingFactory, in_days
from tests.french import plain

SEARCH = "/formations/"


@pytest.fixture
def training(db):
    ScaleFactory()
    return TrainingFactory(reference="domaine-public", prerequisites="")


class TestSearchPage:
    def test_it_is_for_people_who_are_logged_in(self, client, db):
        response = client.get(f"{SEARCH}?q=budget")
        assert response.status_code == 302
        assert response["Location"] == "/connexion/?next=/formations/%3Fq%3Dbudget"

    def test_it_works_as_a_plain_form(self, official_client, training):
        SessionFactory(training=training)
        page = official_client.get(SEARCH, {"q": "domaine", "lieu": ""}).text
        assert "1\xa0formation" in page
        assert training.title in page
        assert 'action="/formations/"' in page
        assert 'value="domaine"' in page
        assert "Dernier jour" in page
        assert "Demande possible ici jusqu" in page

    def test_typing_gets_the_results_and_the_count_alone(self, official_client, training):
        headers = {"HX-Request": "true", "HX-Trigger": "q", "HX-Trigger-Name": "q"}
        response = official_client.get(SEARCH, {"q": "domaine", "lieu": "", "theme": ""}, headers=headers)
        assert "<html" not in response.text
        assert training.title in response.text
        assert 'id="nombre-de-resultats" data-hx-swap-oob="innerHTML">1\xa0formation<' in response.text
        assert response["HX-Replace-Url"] == "/formations/?q=domaine"
        assert "HX-Push-Url" not in response

    def test_a_filter_is_a_new_entry_of_the_history(self, official_client, training):
        response = official_client.get(SEARCH, {"q": "", "ouvertes": "1"}, headers={"HX-Request": "true"})
        assert response["HX-Push-Url"] == "/formations/?ouvertes=1"

    def test_the_swap_shows_what_a_fresh_page_shows(self, official_client, training):
        whole = official_client.get(SEARCH, {"q": "domaine"}).text
        part = official_client.get(SEARCH, {"q": "domaine"}, headers={"HX-Request": "true"}).text
        start, end = part.index('<ul class="entries">'), part.index("</ul>")
        assert part[start:end] in whole
        assert part[part.index("<title>") : part.index("</title>")] in whole

    def test_queries_do_not_grow_with_the_results(self, official_client, django_assert_num_queries, training):
        SessionFactory(training=training)
        official_client.get(SEARCH)
        with django_assert_num_queries(5):
            official_client.get(SEARCH, {"q": "domaine"})
        for _ in range(15):
            SessionFactory(training=TrainingFactory(body=training.body))
        with django_assert_num_queries(5):
            assert official_client.get(SEARCH, {"q": "domaine"}).text.count("<li class=") >= 16

    def test_nothing_found_says_why_and_what_else(self, official_client, training):
        SessionFactory(training=training)
        page = official_client.get(SEARCH, {"q": "domaine", "mois": "2040-01"}).text
        assert "Aucune formation" in page
        assert "janvier 2040" in page
        assert 'href="?q=domaine"' in page
        assert training.title in page

    def test_pages_keep_the_search(self, official_client, db):
        body = TrainingFactory().body
        for _ in range(21):
            TrainingFactory(body=body)
        page = official_client.get(SEARCH, {"q": "domaine"}).text
        assert 'rel="next" href="?q=domaine&amp;page=2"' in page
        assert "Page 1 sur 2" in page

    def test_suggestions_of_communes(self, official_client, training):
        SessionFactory(training=training)
        response = official_client.get(reverse("catalogue:communes"), {"lieu": "nio"})
        assert response.text == ""
        from tests.factories import PostalCodeFactory

        PostalCodeFactory()
        response = official_client.get(reverse("catalogue:communes"), {"lieu": "nio"})
        assert response.text == '<option value="Niort (79000)"></option>'

    @pytest.mark.parametrize("q", ['"><script>', "<img src=x>"])
    def test_what_is_typed_is_escaped(self, official_client, training, q):
        page = official_client.get(SEARCH, {"q": q, "lieu": q}).text
        assert q not in page
        assert escape(q) in page


class TestTrainingPage:
    def test_it_shows_every_part_of_the_guides_example(self, official_client, training, official):
        SessionFactory(training=training)
        page = official_client.get(training.get_absolute_url()).text
        for part in (
            training.title,
            "Fédération des maires de la Loire",
            "Informations clés",
            "Niort",
            "Organisation et fonctionnement des collectivités territoriales",
            "Les points forts de cette formation",
            "Description détaillée",
            "Prix de la formation",
            "200,00\xa0€",
            "0,00\xa0€",
            "Aides au financement",
            "Aucune aide",
            "Inscription à cette formation",
            "Demande possible ici jusqu",
            "Créer mon dossier d'inscription",
            "15\xa0places libres sur 15",
        ):
            assert part in page, part

    def test_a_closed_session_says_why_and_cannot_be_asked_for(self, official_client, training):
        SessionFactory(training=training, start=in_days(5))
        page = official_client.get(training.get_absolute_url()).text
        assert "Trop tard pour cette session" in page
        assert "Créer mon dossier" not in page
        assert "mailto:contact@adm79.example" in page

    def test_a_full_session_offers_to_wait(self, official_client, training):
        SessionFactory(training=training, seats=2, seats_taken=2)
        page = official_client.get(training.get_absolute_url()).text
        assert "complète" in page
        assert "Me mettre sur la liste d'attente" in page

    def test_my_dossier_takes_the_place_of_the_button(self, official_client, official, training):
        session = SessionFactory(training=training)
        dossier = EnrolmentFactory(user=official, session=session)
        page = official_client.get(training.get_absolute_url()).text
        assert dossier.get_absolute_url() in page
        assert "Créer mon dossier" not in page

    def test_no_session_says_what_to_do(self, official_client, training):
        page = official_client.get(training.get_absolute_url()).text
        assert "Aucune session n'est prévue" in page

    def test_logged_out_the_way_in_is_explained_and_carries_the_address(self, client, training):
        response = client.get(training.get_absolute_url())
        assert response.status_code == 200
        assert training.title in response.text
        for name in ("accounts:login", "accounts:signup"):
            assert f'href="{reverse(name)}?next=/formations/domaine-public/"' in response.text
        assert "Description détaillée" not in response.text

    def test_logged_out_franceconnect_carries_the_address_too(self, client, training, settings):
        settings.FRANCECONNECT_CLIENT_ID = "adm79"
        page = client.get(training.get_absolute_url()).text
        assert 'action="/franceconnect/connexion/"' in page
        assert '<input type="hidden" name="next" value="/formations/domaine-public/">' in page

    def test_queries_do_not_grow_with_the_sessions(self, official_client, training, django_assert_max_num_queries):
        for days in (20, 30):
            SessionFactory(training=training, start=in_days(days))
        with django_assert_max_num_queries(17):
            official_client.get(training.get_absolute_url())
        for days in range(40, 60):
            SessionFactory(training=training, start=in_days(days))
        with django_assert_max_num_queries(17):
            official_client.get(training.get_absolute_url())

    def test_what_staff_typed_is_escaped(self, official_client, training):
        training.programme = "- <script>x</script>\n<b>gras</b>"
        training.save()
        page = official_client.get(training.get_absolute_url()).text
        assert "<script>x" not in page
        assert "<li>&lt;script&gt;x&lt;/script&gt;</li>" in page


class TestReferences:
    def test_upper_case_leads_to_the_one_address(self, client, training):
        response = client.get("/formations/DOMAINE-Public/")
        assert (response.status_code, response["Location"]) == (301, "/formations/domaine-public/")

    def test_a_former_reference_lives_for_ever(self, client, training):
        FormerReference.objects.create(reference="ANCIENNE-REF", training=training)
        for path in ("/formations/ancienne-ref/", "/formations/Ancienne-Ref/"):
            assert client.get(path)["Location"] == "/formations/domaine-public/"
        assert client.get("/formations/ancienne-ref/fiche/")["Location"] == "/formations/domaine-public/fiche/"

    def test_a_withdrawn_training_is_gone_and_names_its_replacement(self, client, training):
        training.status = Training.Status.WITHDRAWN
        training.replaced_by = TrainingFactory(title="Le nouveau domaine")
        training.save()
        for path in (training.get_absolute_url(), reverse("catalogue:fiche", args=[training.reference])):
            response = client.get(path)
            assert response.status_code == 410
            assert "Cette formation n'est plus proposée" in response.text
            assert training.replaced_by.get_absolute_url() in response.text

    def test_a_draft_is_shown_to_staff_alone(self, client, official_client, staff_client, training):
        training.status = Training.Status.DRAFT
        training.save()
        path = training.get_absolute_url()
        assert client.get(path).status_code == official_client.get(path).status_code == 404
        assert client.get(f"{path}fiche/").status_code == 404
        assert "brouillon" in staff_client.get(path).text

    def test_an_unknown_reference_is_not_found(self, client, db):
        assert client.get("/formations/nulle-part/").status_code == 404


class TestFiche:
    def test_it_is_public_and_says_the_essential(self, client, training):
        session = SessionFactory(training=training)
        page = plain(client.get(reverse("catalogue:fiche", args=[training.reference])).text)
        for part in (training.title, "200,00 €", "Niort", "11 jours avant la formation", "data:image/svg+xml"):
            assert part in page, part
        assert "http://testserver/formations/domaine-public/" in page
        assert f"{session.start.year}" in page
        assert "style=" not in page.replace("stylesheet", "")

    @time_machine.travel("2026-11-26T12:00:00+01:00", tick=False)
    def test_each_date_has_its_leaf_of_the_earliest_day_that_binds_the_dif(self, client, training):
        SessionFactory(training=training, start=date(2027, 2, 15))
        page = client.get(reverse("catalogue:fiche", args=[training.reference])).text
        leaf = page[page.index('class="sheet__leaf"') :]
        assert "<b>21</b>janvier</span>" in leaf  # 17 working days before, when the request should be made there


class TestCalendar:
    def test_a_session_goes_to_ones_calendar(self, client, training):
        session = SessionFactory(training=training, end=in_days(31))
        response = client.get(reverse("catalogue:calendar", args=[session.pk]))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
        assert str(event["SUMMARY"]) == training.title
        assert event["DTSTART"].dt == session.start
        assert event["DTEND"].dt == session.end + timedelta(days=1)
        assert "Maison des maires, 15 rue Thiers, Niort" in str(event["LOCATION"])
        assert str(event["STATUS"]) == "CONFIRMED"

    @pytest.mark.parametrize(
        ("remote", "placed", "said"),
        [
            (False, True, "Maison des maires, Niort"),
            (True, False, "à distance"),
            (True, True, "Maison des maires, Niort ou à distance"),
        ],
    )
    def test_where_a_session_is_in_words(self, training, remote, placed, said):
        session = SessionFactory(training=training, remote=remote)
        session.place = session.place if placed else None
        assert session.where == said

    def test_a_cancelled_session_says_so(self, client, training):
        session = SessionFactory(training=training, cancelled_at=timezone.now())
        response = client.get(reverse("catalogue:calendar", args=[session.pk]))
        assert b"STATUS:CANCELLED" in response.content

    def test_a_draft_has_no_calendar(self, client, db):
        session = SessionFactory(training__status=Training.Status.DRAFT)
        assert client.get(reverse("catalogue:calendar", args=[session.pk])).status_code == 404


def test_the_price_within_my_rights_is_the_one_of_what_i_read_on_mon_compte_formation(db, as_user):
    from enrolment.models import RightsReading
    from tests.factories import OfficialFactory

    TrainingFactory(title="Chère", price=Decimal(500))
    TrainingFactory(title="Abordable", price=Decimal(100))
    official = OfficialFactory()
    RightsReading.objects.create(user=official, amount=100, read_on=timezone.localdate(), by=official)
    client: Client = as_user(official)
    page = client.get(SEARCH, {"droits": "1"}).text
    assert "Abordable" in page
    assert "Chère" not in page
    assert "Prix dans mes droits (100,00\xa0€)" in page
