"""What people agreed to changes only by an act that shows whom it touches, whatever the form."""

import datetime
from decimal import Decimal

import pytest
import time_machine as clock
from django.contrib.admin import site
from django.forms.models import model_to_dict
from django.urls import reverse

from catalogue.models import Session, Training
from core.models import OutgoingMail
from enrolment.desk.sessions_admin import SessionDesk
from tests.desk import hidden, press
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, PlaceFactory, SessionFactory, TrainingFactory, in_days
from tests.french import plain

pytestmark = pytest.mark.django_db

OTHER = {
    "training": lambda: TrainingFactory(title="Tout autre chose").pk,
    "start": lambda: "01/03/2032",
    "end": lambda: "02/03/2032",
    "schedule": lambda: "14 h – 18 h",
    "place": lambda: PlaceFactory(name="Salle des fêtes").pk,
    "remote": lambda: "on",
    "price": lambda: "123,45",
    "status": lambda: "withdrawn",
}
"""Another value for each thing that people agree to."""


@pytest.fixture
def dossier():
    return send(EnrolmentFactory())


def page(row, name: str = "change", *more) -> str:
    return reverse(f"admin:catalogue_{row._meta.model_name}_{name}", args=[row.pk, *more])


def posted_by(client, row) -> dict:
    """What the form of *row* would post, nothing being changed."""
    form = client.get(page(row)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    prefixes = ("sessions", "former_references")
    sets = {f"{prefix}-{kind}_FORMS": 0 for prefix in prefixes for kind in ("TOTAL", "INITIAL")}
    return {name: value for name, value in values.items() if value is not None and value is not False} | sets


@pytest.mark.parametrize("name", list(OTHER))
def test_no_plain_form_changes_what_was_agreed(staff_client, dossier, name):
    row = dossier.session if name in {field.name for field in Session._meta.fields} else dossier.session.training
    before = getattr(row, name)
    answer = staff_client.post(page(row), posted_by(staff_client, row) | {name: OTHER[name]()})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == before


def test_every_field_of_a_session_and_a_training_was_thought_of(staff_client, dossier):
    """A new field is agreed to, or it is said here that it is not."""
    free = {"seats", "more_seats"}
    form = staff_client.get(page(dossier.session)).context["adminform"].form
    assert set(form.fields) == free
    texts = {
        "title", "replaced_by", "body", "subject", "trainers", "audience", "prerequisites", "summary", "strong_points",
        "objectives", "programme", "teaching_means", "evaluation", "duration_hours", "duration_days", "funding_aids",
        "mcf_url",
    }  # fmt: skip
    form = staff_client.get(page(dossier.session.training)).context["adminform"].form
    assert set(form.fields) == texts


def test_without_a_dossier_a_session_is_written_in_its_form(staff_client):
    session = SessionFactory()
    form = staff_client.get(page(session)).context["adminform"].form
    assert {"training", "start", "end", "schedule", "place", "remote", "seats"} <= set(form.fields)


def terms(session, **changes) -> dict:
    kept = model_to_dict(session, ["training", "start", "end", "schedule", "place", "remote"])
    return {name: value for name, value in (kept | changes).items() if value}


class TestChanging:
    def test_consequences_come_before_the_act(self, staff_client, dossier):
        session = dossier.session
        send(EnrolmentFactory(session=session))
        address = page(session, "act", "move")
        new = session.start + datetime.timedelta(days=7)
        posted = hidden(staff_client.get(address)) | terms(session, start=new, end=new)
        shown = staff_client.post(address, posted)
        assert shown.status_code == 200
        assert "2 demandes à répondre." in shown.text
        assert "Votre session change" in shown.text
        session.refresh_from_db()
        assert session.start != new
        assert not OutgoingMail.objects.filter(template="enrolment/session_moved").exists()
        assert staff_client.post(address, hidden(shown) | terms(session, start=new, end=new)).status_code == 302
        session.refresh_from_db()
        assert session.start == new
        assert OutgoingMail.objects.filter(template="enrolment/session_moved").count() == 2

    def test_consequences_that_changed_are_shown_again(self, staff_client, dossier):
        session = dossier.session
        address = page(session, "act", "move")
        new = session.start + datetime.timedelta(days=7)
        shown = staff_client.post(address, hidden(staff_client.get(address)) | terms(session, start=new, end=new))
        send(EnrolmentFactory(session=session))
        again = staff_client.post(address, hidden(shown) | terms(session, start=new, end=new))
        assert again.status_code == 409
        assert "2 demandes à répondre." in again.text
        session.refresh_from_db()
        assert session.start != new

    @clock.travel("2026-11-25T10:00+01:00", tick=False)
    @pytest.mark.parametrize(
        ("day", "says"),
        [
            ("2027-02-06", "est un samedi"),
            ("2027-05-06", "est un jour férié"),
            ("2026-12-01", "Il reste moins de 11 jours"),
        ],
    )
    def test_an_unusual_day_is_said(self, staff_client, day, says):
        session = SessionFactory(start=in_days(60))
        EnrolmentFactory(session=session)
        address = page(session, "act", "move")
        shown = staff_client.post(address, hidden(staff_client.get(address)) | terms(session, start=day, end=day))
        assert says in plain(shown.text)

    def test_place_hours_and_training_change_with_a_mail_too(self, staff_client, dossier, run_tasks, mailoutbox):
        session = dossier.session
        place = PlaceFactory(name="Salle des fêtes")
        press(staff_client, page(session, "act", "move"), terms(session, place=place.pk, schedule="14 h – 18 h"))
        run_tasks()
        body = mailoutbox[-1].body
        assert "Salle des fêtes, Niort au lieu de Maison des maires, Niort" in body
        assert "14 h – 18 h au lieu de 9 h – 17 h" in body

    def test_the_act_is_in_the_journal(self, staff_client, dossier):
        session = dossier.session
        press(staff_client, page(session, "act", "move"), terms(session, schedule="14 h – 18 h"))
        assert "Session modifiée. Personnes averties : 1." in plain(staff_client.get(page(session, "history")).text)


class TestPrice:
    def test_sent_requests_keep_theirs(self, staff_client, dossier):
        training = dossier.session.training
        assert press(staff_client, page(training, "act", "price"), {"price": "250,00"}).status_code == 302
        training.refresh_from_db()
        dossier.refresh_from_db()
        assert (training.price, dossier.price) == (Decimal(250), Decimal(200))


class TestPublishing:
    def test_what_is_missing_is_said_and_keeps_it_from_being_published(self, staff_client):
        training = TrainingFactory(status="draft", programme="")
        answer = press(staff_client, page(training, "act", "publish"))
        assert answer.status_code == 409
        assert "programme" in answer.text
        training.refresh_from_db()
        assert training.status == Training.Status.DRAFT

    def test_an_approval_that_ends_before_a_session_keeps_it_too(self, staff_client):
        training = TrainingFactory(status="draft", body__approval_end=in_days(20))
        SessionFactory(training=training, start=in_days(30))
        assert "se termine le" in press(staff_client, page(training, "act", "publish")).text

    def test_several_at_once_go_by_the_same_rules_and_are_told_apart(self, staff_client):
        good, bad = TrainingFactory(status="draft"), TrainingFactory(status="draft", programme="", title="Sans texte")
        chosen = {"action": "publish", "_selected_action": [good.pk, bad.pk]}
        address = reverse("admin:catalogue_training_changelist")
        answer = staff_client.post(address, {**chosen, "_seen": ""}, follow=True)
        assert "1\xa0fait, 1 non" in answer.text
        assert "Sans texte" in answer.text
        assert [row.status for row in (Training.objects.get(pk=good.pk), Training.objects.get(pk=bad.pk))] == [
            "published", "draft",
        ]  # fmt: skip
        assert "Publier" in staff_client.get(page(good, "history")).text

    def test_withdrawing_shows_the_dossiers(self, staff_client, dossier):
        shown = staff_client.get(page(dossier.session.training, "act", "withdraw"))
        assert "1 demande à répondre." in shown.text


def test_a_session_page_costs_the_same_for_three_and_for_sixty(staff_client, django_assert_max_num_queries):
    session = SessionFactory(seats=15)
    for _ in range(16):
        send(EnrolmentFactory(session=session))
    with django_assert_max_num_queries(15):
        shown = staff_client.get(page(session))
    assert "Liste d" in shown.text


def test_a_training_page_costs_the_same_for_one_session_and_for_twenty(staff_client, django_assert_max_num_queries):
    training = TrainingFactory()
    for days in range(20):
        SessionFactory(training=training, start=in_days(30 + days))
    with django_assert_max_num_queries(20):
        staff_client.get(page(training))


def test_the_admin_of_sessions_is_the_one_that_knows_the_dossiers():
    assert isinstance(site._registry[Session], SessionDesk)


def test_requests_are_answered_and_seats_given_from_the_page_of_the_session(staff_client):
    session = SessionFactory(seats=1)
    sent = send(EnrolmentFactory(session=session))
    waiting = send(EnrolmentFactory(session=session))
    act = "admin:enrolment_enrolment_act"
    shown = staff_client.get(page(session)).text
    assert reverse(act, args=[sent.pk, "accept"]) in shown
    assert reverse(act, args=[waiting.pk, "give_seat"]) not in shown
    Session.objects.filter(pk=session.pk).update(seats=2)
    assert reverse(act, args=[waiting.pk, "give_seat"]) in staff_client.get(page(session)).text
    assert press(staff_client, reverse(act, args=[waiting.pk, "give_seat"])).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "sent"
