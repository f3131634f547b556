"""Presence of a whole session in one save, by half-day, and corrected in the same way."""

import pytest
from django.urls import reverse

from core.models import OutgoingMail
from enrolment.models import MissedHalfDay, State
from tests.desk import hidden, press
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import ledger_adds_up, seats_add_up
from tests.factories import SessionFactory, TrainingFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory(start=in_days(0))


def address(session) -> str:
    return reverse("admin:catalogue_session_act", args=[session.pk, "presence"])


def missed(dossier, *halves: str) -> list[str]:
    return [f"{dossier.pk}:{dossier.session.start.isoformat()}:{half}" for half in halves]


def states(*dossiers) -> list[str]:
    for dossier in dossiers:
        dossier.refresh_from_db()
    return [dossier.state for dossier in dossiers]


def test_fifteen_presences_are_noted_in_one_save(staff_client, session):
    dossiers = [dossier_in(State.ACCEPTED, session) for _ in range(15)]
    ticked = missed(dossiers[0], "morning", "afternoon") + missed(dossiers[1], "morning")
    answer = press(staff_client, address(session), {"missed": ticked}, follow=True)
    assert "14\xa0présents, 1\xa0absent." in answer.text
    assert states(*dossiers) == [State.ABSENT] + [State.ATTENDED] * 14
    assert [str(row.enrolment_id) for row in MissedHalfDay.objects.order_by("enrolment", "pk")].count(
        str(dossiers[1].pk)
    ) == 1
    assert seats_add_up(session)
    assert OutgoingMail.objects.filter(template="enrolment/attended").count() == 14
    assert OutgoingMail.objects.filter(template="enrolment/absent").count() == 1


def test_it_is_corrected_the_same_way_with_one_mail_of_what_holds(staff_client, session, run_tasks, mailoutbox):
    here, away = dossier_in(State.ACCEPTED, session), dossier_in(State.ACCEPTED, session)
    press(staff_client, address(session), {"missed": missed(away, "morning", "afternoon")})
    run_tasks()
    mailoutbox.clear()
    page = staff_client.get(address(session))
    assert page.text.count(" checked>") == 2
    press(staff_client, address(session), {"missed": missed(here, "morning", "afternoon")})
    assert states(here, away) == [State.ABSENT, State.ATTENDED]
    run_tasks()
    assert sorted(message.subject for message in mailoutbox) == [
        "Votre absence à la formation",
        "Votre formation est terminée",
    ]
    assert ledger_adds_up(here.user)
    assert seats_add_up(session)


def test_noted_twice_it_changes_and_tells_nothing(staff_client, session):
    dossier = dossier_in(State.ACCEPTED, session)
    press(staff_client, address(session))
    press(staff_client, address(session))
    assert states(dossier) == [State.ATTENDED]
    assert OutgoingMail.objects.count() == 1


def test_a_training_of_half_a_day_has_one_and_two_days_have_four(staff_client):
    for training, days, halves in ((TrainingFactory(duration_days="0.5"), 0, 1), (TrainingFactory(), 1, 4)):
        session = SessionFactory(training=training, start=in_days(-days), end=in_days(0))
        dossier_in(State.ACCEPTED, session)
        assert staff_client.get(address(session)).text.count('name="missed"') == halves


def test_before_the_first_day_there_is_nothing_to_note(staff_client):
    session = SessionFactory(start=in_days(1))
    dossier = dossier_in(State.ACCEPTED, session)
    assert staff_client.get(address(session)).status_code == 409
    assert states(dossier) == [State.ACCEPTED]


def test_who_was_noted_meanwhile_is_shown_again(staff_client, session):
    dossier = dossier_in(State.ACCEPTED, session)
    opened = hidden(staff_client.get(address(session)))
    press(staff_client, address(session))
    again = staff_client.post(address(session), {**opened, "missed": missed(dossier, "morning", "afternoon")})
    assert again.status_code == 409
    assert states(dossier) == [State.ATTENDED]
    assert again.text.count(" checked>") == 2
