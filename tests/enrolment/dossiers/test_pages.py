"""Pages about dossiers and rights: what they show, and to whom."""

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from catalogue.trainings.training_page import training_context
from enrolment.dossiers import workflow
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.journey import EnrolmentJourney
from enrolment.dossiers.steps import InformationStep
from enrolment.rights import readings
from enrolment.tasks import Actor, Key, Progress, Task
from enrolment.templatetags.look_tags import open_first
from tests.enrolment.helpers import send
from tests.factories import (
    EnrolmentFactory,
    MandateFactory,
    OfficialFactory,
    ScaleFactory,
    SessionFactory,
    TrainingFactory,
    UserFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


def test_the_rights_page_says_how_each_amount_is_known(official, official_client):
    ScaleFactory()
    page = official_client.get(reverse("enrolment:rights")).text
    assert "estimé d&#x27;après vos mandats" in page
    assert "Entre 0,00" in page
    readings.note(official, Decimal("120.50"), timezone.localdate(), official, timezone.now())
    page = official_client.get(reverse("enrolment:rights")).text
    assert "120,50\u00a0€" in page
    assert "estimé" not in page
    assert page.index('id="elu"') < page.index('id="cpf"')


@pytest.mark.parametrize("words", ["Prix horaire maximal", "à confirmer"])
def test_what_is_for_staff_is_not_said_to_officials(official_client, words):
    ScaleFactory(to_confirm=True)
    page = official_client.get(reverse("enrolment:rights")).text
    assert "estimé d&#x27;après vos mandats" in page, "the barème is there"
    assert words not in page


def test_a_mandate_that_the_site_does_not_know_says_nothing_of_the_account_at_mcf(as_user):
    page = as_user(UserFactory()).get(reverse("enrolment:rights")).text
    assert "Ce site n'a pas encore retrouvé votre mandat" in page
    assert "Montant inconnu de ce site" in page
    assert "caissedesdepots.fr" not in page
    assert "0,00" not in page


def test_a_mandate_that_has_ended_is_said_to_have_and_is_not_proposed_for_a_dossier(official, official_client, rf):
    official.mandates.update(function="Adjointe", start=datetime.date(2014, 4, 4), end=in_days(-1))
    assert "Adjointe — Niort, jusqu'au" in official_client.get(reverse("enrolment:rights")).text.replace("&#x27;", "'")
    step = InformationStep(EnrolmentJourney(rf.get("/"), EnrolmentFactory(user=official), official))
    assert step.known()["mandate"] == ""
    MandateFactory(user=official, function="Maire")
    assert step.known()["mandate"] == "Maire"


@pytest.mark.parametrize("name", ["enrolment:rights", "enrolment:list", "enrolment:deadlines"])
def test_pages_ask_to_log_in(client, name):
    assert client.get(reverse(name)).url.startswith(reverse("accounts:login"))


def test_the_list_says_what_is_left_and_by_when(official, official_client):
    workflow.create(official, SessionFactory(), timezone.now())
    page = official_client.get(reverse("enrolment:list")).text
    assert "Envoyer votre pièce d'identité" in page.replace("&#x27;", "'")
    assert "Faire vérifier mon identité" in page


def test_the_list_asks_the_database_as_much_for_one_dossier_as_for_many(
    official, official_client, django_assert_max_num_queries
):
    for _ in range(6):
        workflow.create(official, SessionFactory(), timezone.now())
    with django_assert_max_num_queries(14):
        official_client.get(reverse("enrolment:list"))


def test_the_deadlines_are_a_calendar(official, official_client):
    enrolment, _ = workflow.create(official, SessionFactory(start=in_days(30)), timezone.now())
    response = official_client.get(reverse("enrolment:deadlines"))
    assert response["Content-Type"].startswith("text/calendar")
    unfolded = response.text.replace("\r\n ", "")
    assert f"DTSTART;VALUE=DATE:{in_days(19):%Y%m%d}" in unfolded
    assert "Dernier jour : envoyer votre demande" in unfolded
    assert f"UID:session-{enrolment.session_id}@" in unfolded  # the training page's entry, not a second one beside it
    assert enrolment.get_absolute_url() in unfolded
    assert official_client.get(reverse("enrolment:dossier-deadlines", args=[enrolment.pk])).status_code == 200


def offers_of(training, user):
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}
    context = Context({**training_context(training, timezone.localdate()), "request": request})
    Template(
        "{% load enrolment_tags %}{% session_offers training as offers %}{% training_price training as price %}"
    ).render(context)
    return context


def test_the_training_page_offers_each_session(official):
    training = TrainingFactory()
    near = SessionFactory(training=training, start=in_days(10))
    last = SessionFactory(training=training, start=in_days(11))
    full = SessionFactory(training=training, start=in_days(40), seats=1)
    send(EnrolmentFactory(session=full, user=OfficialFactory()))
    mine = EnrolmentFactory(session=last, user=official)
    context = offers_of(training, official)
    offers = {offer.session: offer for offer in context["offers"]}
    assert offers[near].status.status == "too_late"
    assert (offers[last].is_open, offers[last].my_enrolment, offers[last].shown.last_day) == (True, mine, in_days(0))
    assert (offers[full].may_wait, offers[full].shown.seats_left) == (True, 0)
    assert (context["price"].price, context["price"].rights, context["price"].to_pay) == (200, 200, 0)


def test_a_cancelled_session_says_so_after_those_that_hold(official, official_client):
    training = TrainingFactory()
    off = SessionFactory(training=training, start=in_days(20), cancelled_at=timezone.now())
    on = SessionFactory(training=training, start=in_days(40))
    offers = offers_of(training, official)["offers"]
    assert [(offer.session, offer.is_open, offer.is_cancelled) for offer in offers] == [
        (on, True, False),
        (off, False, True),
    ]
    assert "Cette session est annulée" in official_client.get(training.get_absolute_url()).content.decode()


def test_offers_cost_the_same_for_one_session_as_for_many(official, django_assert_num_queries):
    training = TrainingFactory()
    EnrolmentFactory(session=SessionFactory(training=training), user=official)
    offers_of(training, official)
    with django_assert_num_queries(5):
        offers_of(training, official)
    for days in range(20, 32):
        EnrolmentFactory(session=SessionFactory(training=training, start=in_days(days)), user=official)
    with django_assert_num_queries(5):
        offers_of(training, official)


def test_sessions_that_the_dif_can_still_pay_are_offered_first(official):
    training = TrainingFactory()
    soon = SessionFactory(training=training, start=in_days(13))
    later = SessionFactory(training=training, start=in_days(40))
    assert [offer.session for offer in open_first(offers_of(training, official)["offers"])] == [later, soon]


@pytest.mark.parametrize(("days", "cause"), [(10, "Il est trop tard"), (11, "")])
def test_too_late_is_a_page_with_the_next_sessions(official_client, days, cause):
    training = TrainingFactory()
    session = SessionFactory(training=training, start=in_days(days))
    SessionFactory(training=training, start=datetime.date(2199, 6, 3))
    response = official_client.post(reverse("enrolment:create", args=[session.pk]))
    if not cause:
        assert response.status_code == 302
        return
    assert response.status_code == 409
    assert cause in response.text
    assert "3\u00a0juin 2199" in response.text
    assert "contact@adm79.example" in response.text


def test_a_cancelled_session_and_a_withdrawn_training_have_their_pages(official_client):
    cancelled = SessionFactory(cancelled_at=timezone.now())
    withdrawn = SessionFactory(training=TrainingFactory(status="withdrawn"))
    page = official_client.post(reverse("enrolment:create", args=[cancelled.pk]))
    assert (page.status_code, "Cette session est annulée" in page.text) == (409, True)
    page = official_client.post(reverse("enrolment:create", args=[withdrawn.pk]))
    assert (page.status_code, "plus proposée" in page.text) == (409, True)


class TestWhatIsLeft:
    """The list of what is left to do, as four pages draw it."""

    @pytest.fixture
    def drawn(self, rf, official):
        def draw(checklist, enrolment=None, said=""):
            context = Context({"request": rf.get("/inscriptions/"), "made": checklist, "mine": enrolment, "said": said})
            return Template("{% load enrolment_tags %}{% what_is_left made mine said %}").render(context)

        return draw

    @pytest.fixture
    def dossier(self, official):
        return EnrolmentFactory(user=official)

    def test_without_time_for_the_check_it_leads_to_the_other_sessions(self, drawn, dossier):
        late = Checklist((), "Il vous reste 1 jour.", no_time=True)
        assert "Voir les autres sessions" not in drawn(late)
        assert f'href="{dossier.session.training.get_absolute_url()}">Voir les autres sessions' in drawn(late, dossier)

    def test_or_to_franceconnect_where_that_saves_the_day(self, drawn, dossier):
        saved = Checklist((), no_time=True, franceconnect_saves=True)
        step = f"{dossier.get_absolute_url()}identification/"
        assert "M'identifier avec FranceConnect" not in drawn(saved)
        assert f'href="{step}">M\'identifier avec FranceConnect' in drawn(saved, dossier)

    def test_the_time_left_is_not_said_twice(self, drawn):
        soon = Checklist((), "Il vous reste 1 jour.")
        assert "Il vous reste 1 jour." in drawn(soon)
        assert "Il vous reste 1 jour." not in drawn(soon, None, "Il vous reste 1 jour.")

    def test_each_task_leads_back_to_the_page_it_was_pressed_on(self, drawn, rf):
        task = Task(Key.IDENTITY, "Envoyer votre pièce d'identité", Actor.YOU, Progress.TODO, by=in_days(3))
        assert "?next=%2Finscriptions%2F" in drawn(Checklist((task,)))
        done = Task(Key.IDENTITY, "Envoyer votre pièce d'identité", Actor.YOU, Progress.DONE)
        assert "href" not in drawn(Checklist((done,)))
