"""« Prévenez-moi »: kept because it was asked, told once and first, given up in one press, forgotten in time."""

import datetime
import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.profile.closing import close_account
from catalogue.demand import interests
from catalogue.demand.interests import InterestError, tell_of_openings
from catalogue.models import Interest
from catalogue.search import index
from enrolment.desk import today
from tests.factories import (
    CommuneFactory,
    OfficialFactory,
    PlaceFactory,
    PostalCodeFactory,
    SessionFactory,
    StaffFactory,
    TrainingFactory,
    in_days,
)

pytestmark = pytest.mark.django_db
LIST = "/formations/prevenez-moi.html"


@pytest.fixture
def closed():
    """A training whose only session takes no more requests."""
    session = SessionFactory(start=in_days(3))
    return session.training


@pytest.fixture
def melle():
    commune = CommuneFactory(code="79174", name="Melle", epci="200069755")
    PostalCodeFactory(code="79500", commune=commune)
    return PlaceFactory(commune=commune)


def test_a_training_without_an_open_session_offers_it_and_says_when_it_was_asked(official_client, closed):
    page = official_client.get(closed.get_absolute_url())
    assert "Prévenez-moi" in page.text
    answer = official_client.post(LIST, {"training": closed.reference}, follow=True)
    assert closed.title in answer.text
    assert "un mail partira" in answer.text
    again = official_client.get(closed.get_absolute_url())
    assert "Prévenez-moi" not in again.text
    assert "Les formations que vous attendez" in again.text


def test_a_training_with_an_open_session_does_not_offer_it(official_client):
    session = SessionFactory()
    page = official_client.get(session.training.get_absolute_url()).text
    assert session.training.title in page
    assert "Prévenez-moi" not in page


def test_pressed_twice_is_asked_once(official, official_client, closed):
    for _ in range(2):
        official_client.post(LIST, {"training": closed.reference})
    assert Interest.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(user=official, training=closed)


def test_an_empty_search_offers_it_with_its_words_and_place(official_client, melle):
    SessionFactory()
    page = official_client.get("/formations/", {"q": "apiculture", "lieu": "Melle"})
    assert "Prévenez-moi" in page.text
    official_client.post(LIST, {"q": "apiculture", "lieu": "Melle"})
    assert [(each.words, each.place) for each in Interest.objects.all()] == [("apiculture", "Melle")]


def test_a_search_empty_only_by_its_filters_offers_the_trainings_instead(official_client):
    SessionFactory()
    page = official_client.get("/formations/", {"q": "domaine public", "mode": "distance"})
    assert "Aucune formation ne répond" in page.text
    assert "Prévenez-moi" not in page.text


def test_searching_by_itself_keeps_nothing_of_anybody(official_client):
    assert "Prévenez-moi" in official_client.get("/formations/", {"q": "apiculture"}).text
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    "typed", ["2 95 10 99 126 111", "06 12 34 56 78", "0612345678", "jean@exemple.fr", "+33 6.12.34.56.78"]
)
def test_what_looks_like_somebodys_number_or_address_is_refused(official_client, typed):
    answer = official_client.post(LIST, {"q": typed}, follow=True)
    assert "sans numéro ni adresse mail" in answer.text
    assert not Interest.objects.exists()


def test_one_person_waits_for_so_many_things_at_most(official):
    now = timezone.now()
    for number in range(interests.MOST):
        interests.ask(official, now, words=f"sujet {number}")
    with pytest.raises(InterestError, match="déjà 20"):
        interests.ask(official, now, words="encore")


class TestTelling:
    def test_who_waits_for_a_training_is_told_once_when_a_session_opens(self, official, closed, run_tasks):
        interests.ask(official, timezone.now(), training=closed)
        assert tell_of_openings(timezone.now()) == 0
        session = SessionFactory(training=closed)
        assert [tell_of_openings(timezone.now()) for _ in range(2)] == [1, 0]
        SessionFactory(training=closed, start=in_days(60))
        assert tell_of_openings(timezone.now()) == 0
        run_tasks()
        (message,) = mail.outbox
        assert message.to == [official.email]
        assert closed.title in message.subject
        assert closed.get_absolute_url() in message.body
        assert Interest.objects.get().told_of == session

    @pytest.mark.parametrize(
        ("words", "place", "told"),
        [
            ("domaine public", "Melle", 1),
            ("", "Melle", 1),
            ("domaine", "", 1),
            ("apiculture", "Melle", 0),
            ("domaine", "Angers", 0),
        ],
    )
    def test_words_and_place_are_told_of_what_fits_both(self, official, melle, words, place, told):
        PostalCodeFactory(code="49000", commune=CommuneFactory(code="49007", name="Angers", epci="1"))
        interests.ask(official, timezone.now(), words=words, place=place)
        SessionFactory(place=melle)
        index.rebuild()
        assert tell_of_openings(timezone.now()) == told

    @pytest.mark.parametrize("trait", [{"seats": 0}, {"cancelled_at": timezone.now()}, {"start": in_days(5)}])
    def test_a_session_that_takes_no_request_tells_nobody(self, official, closed, trait):
        interests.ask(official, timezone.now(), training=closed)
        SessionFactory(training=closed, **trait)
        assert tell_of_openings(timezone.now()) == 0

    def test_who_asked_first_is_told_first(self, official, closed):
        now, second = timezone.now(), OfficialFactory(email="louis@courriel.example")
        interests.ask(second, now, training=closed)
        interests.ask(official, now - datetime.timedelta(days=1), training=closed)
        SessionFactory(training=closed)
        told = [interest.user for interest, _ in interests._openings(timezone.localdate())]
        assert told == [official, second]

    def test_an_account_that_is_frozen_is_not_written_to(self, official, closed):
        interests.ask(official, timezone.now(), training=closed)
        type(official).objects.update(is_active=False)
        SessionFactory(training=closed)
        assert tell_of_openings(timezone.now()) == 0


class TestStopping:
    def sent(self, official, closed, run_tasks):
        interests.ask(official, timezone.now(), training=closed)
        interests.ask(official, timezone.now(), words="apiculture")
        SessionFactory(training=closed)
        tell_of_openings(timezone.now())
        run_tasks()
        return mail.outbox[-1]

    def test_the_mails_link_stops_the_others_in_one_press_and_opening_it_does_nothing(
        self, client, official, closed, run_tasks
    ):
        message = self.sent(official, closed, run_tasks)
        link = re.search(r"http\S+/ne-plus-prevenir/\S+", message.body)[0].partition("/formations")[2]
        page = client.get(f"/formations{link}")
        assert "Ne plus me prévenir" in page.text
        assert interests.live().count() == 1
        assert "C'est fait" in client.post(f"/formations{link}").text
        assert interests.live().count() == 0
        assert client.post(f"/formations{link}").status_code == 200

    def test_the_mail_reader_may_press_it_by_itself(self, official, closed, run_tasks):
        message = self.sent(official, closed, run_tasks)
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "/ne-plus-prevenir/" in message.extra_headers["List-Unsubscribe"]

    def test_a_made_up_link_learns_nothing(self, client, official, closed):
        interests.ask(official, timezone.now(), training=closed)
        assert "C'est fait" in client.post("/formations/ne-plus-prevenir/jeton.html").text
        assert interests.live().count() == 1

    def test_one_thing_is_given_up_on_the_list_by_its_owner_alone(
        self, official_client, official, other_official, as_user, closed
    ):
        interest = interests.ask(official, timezone.now(), training=closed)
        address = reverse("catalogue:give-up-interest", args=[interest.pk])
        as_user(other_official).post(address)
        assert interests.live().count() == 1
        assert "vous ne serez pas prévenu" in official_client.post(address, follow=True).text
        assert interests.live().count() == 0


class TestForgetting:
    def test_it_lapses_after_a_year_and_a_month_after_the_mail(self, official, closed):
        now = timezone.now()
        interests.ask(official, now, training=closed)
        told = interests.ask(official, now, words="apiculture")
        Interest.objects.filter(pk=told.pk).update(told_at=now)
        assert interests.purge(now + datetime.timedelta(days=29)) == 0
        assert interests.purge(now + datetime.timedelta(days=31)) == 1
        assert interests.purge(now + datetime.timedelta(days=366)) == 1

    def test_it_is_in_the_persons_file_and_goes_with_the_account(self, official, official_client, closed):
        from accounts.profile.export import as_json

        interests.ask(official, timezone.now(), words="apiculture", place="Melle")
        assert "apiculture" in as_json(official)
        close_account(official, timezone.now())
        assert not Interest.objects.exists()


class TestDesk:
    def test_the_line_of_the_day_counts_the_rows_it_opens_and_names_the_most_wanted(self, staff_client, melle):
        for number in range(3):
            person = OfficialFactory(email=f"elu{number}@courriel.example")
            interests.ask(person, timezone.now(), words="finances", place="Melle")
        interests.ask(person, timezone.now(), training=TrainingFactory())
        (line,) = [
            each
            for each in today.lines(StaffFactory(is_superuser=True), timezone.localdate())
            if "attendent" in each.title
        ]
        assert (line.count, line.detail) == (4, "Le plus attendu : finances, Melle (3\N{NO-BREAK SPACE}élus).")
        page = staff_client.get(line.url)
        assert page.context["cl"].result_count == 4
        assert str(person) not in page.text

    def test_each_line_of_the_summary_opens_those_it_counts(self, staff_client, official):
        training = TrainingFactory()
        for number in range(3):
            person = OfficialFactory(email=f"elu{number}@courriel.example")
            interests.ask(person, timezone.now(), words="finances", place="Melle")
            interests.ask(person, timezone.now(), training=training)
        interests.ask(official, timezone.now(), words="finances")
        page = staff_client.get(reverse("admin:catalogue_interest_changelist"))
        assert [count for _, count, _ in page.context["wanted"]] == [3, 3, 1]
        for _, count, url in page.context["wanted"]:
            assert staff_client.get(url).context["cl"].result_count == count
