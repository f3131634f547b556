"""Convocations, the reminder two days before, a message to all: seen before they leave, once each."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingMail
from enrolment.desk import mailings
from enrolment.models import State
from tests.desk import hidden, press
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import PlaceFactory, SessionFactory, in_days
from tests.french import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory(place=PlaceFactory(access="Parking derrière la mairie"))


def address(session, name: str) -> str:
    return reverse("admin:catalogue_session_act", args=[session.pk, name])


def test_a_convocation_is_seen_first_and_goes_once_to_each(staff_client, session, run_tasks, mailoutbox):
    dossier_in(State.ACCEPTED, session)
    dossier_in(State.SENT, session)
    url = address(session, "convoke")
    shown = staff_client.get(url)
    assert "1\xa0convocation à envoyer." in shown.text
    assert "Parking derrière la mairie" in shown.text
    assert press(staff_client, url, {"bring": "Apportez vos délibérations."}).status_code == 302
    run_tasks()
    (message,) = mailoutbox
    assert "Apportez vos délibérations." in message.body
    assert "Parking derrière la mairie" in message.body
    assert f"/{session.pk}" in message.body
    again = staff_client.get(url)
    assert "Déjà mise à l'envoi pour : Jeanne MOREAU." in plain(again.text).replace("&#x27;", "'")
    late = dossier_in(State.ACCEPTED, session)
    press(staff_client, url)
    assert OutgoingMail.objects.filter(key__startswith=f"convocation:{late.pk}").exists()
    assert OutgoingMail.objects.filter(template="enrolment/convocation").count() == 2


def test_a_message_to_all_is_seen_before_it_leaves(staff_client, session, run_tasks, mailoutbox):
    for _ in range(2):
        dossier_in(State.ACCEPTED, session)
    url = address(session, "message")
    given = {"subject": "Changement de salle", "text": "Nous serons au premier étage."}
    shown = staff_client.post(url, {**hidden(staff_client.get(url)), **given})
    assert "Nous serons au premier étage." in shown.text
    assert not OutgoingMail.objects.exists()
    staff_client.post(url, {**hidden(shown), **given})
    run_tasks()
    assert [message.subject for message in mailoutbox] == ["Changement de salle"] * 2


def test_a_message_pressed_twice_goes_once_and_another_one_goes_too(session):
    for _ in range(2):
        dossier_in(State.ACCEPTED, session)
    written = [
        mailings.write_to_all(session, subject, "Entrez par la cour.", timezone.now())
        for subject in ("Salle changée", "Salle changée", "Parking")
    ]
    assert written == [2, 0, 2], "what is said is what leaves"
    again = mailings.about_writing(session, "Parking", "Entrez par la cour.")
    assert "déjà mis à l'envoi aujourd'hui" in " ".join(again.facts)
    assert again.mails == ()
    assert OutgoingMail.objects.filter(template="enrolment/message").count() == 4


@pytest.mark.parametrize("change", [{"schedule": "13 h 30 - 17 h"}, {"place": None, "remote": True}])
def test_who_was_convoked_is_convoked_anew_when_the_hours_or_the_place_change(session, change):
    dossier_in(State.ACCEPTED, session)
    assert [mailings.convoke(session, ""), mailings.convoke(session, "")] == [1, 0]
    for name, value in change.items():
        setattr(session, name, value)
    session.save()
    assert mailings.convoke(session, "") == 1


@pytest.mark.parametrize(("days", "reminded"), [(1, 1), (2, 1), (3, 0), (0, 0)])
def test_participants_are_reminded_two_days_before_once(days, reminded):
    session = SessionFactory(start=in_days(days))
    dossier_in(State.ACCEPTED, session)
    for _ in range(2):
        mailings.remind_of_sessions(timezone.now())
    assert OutgoingMail.objects.filter(template="enrolment/session_reminder").count() == reminded


def test_a_cancelled_session_reminds_nobody():
    session = SessionFactory(start=in_days(2), cancelled_at=timezone.now())
    dossier_in(State.ACCEPTED, session)
    held = dossier_in(State.ACCEPTED, SessionFactory(start=in_days(2)))
    mailings.remind_of_sessions(timezone.now())
    (told,) = OutgoingMail.objects.values_list("key", flat=True)
    assert str(held.pk) in told


def test_the_session_comes_as_a_file_of_the_mail_for_the_calendar(staff_client, session, run_tasks, mailoutbox):
    dossier_in(State.ACCEPTED, session)
    press(staff_client, address(session, "convoke"))
    run_tasks()
    (file,) = mailoutbox[0].attachments
    assert file.filename.endswith(".ics")
    assert file.mimetype.startswith("text/calendar")
    assert "BEGIN:VEVENT" in file.content
    assert f"DTSTART;VALUE=DATE:{session.start:%Y%m%d}" in file.content


def test_an_address_that_nobody_confirmed_gets_no_file(staff_client, session, run_tasks, mailoutbox):
    dossier = dossier_in(State.ACCEPTED, session)
    dossier.user.email_confirmed_at = None
    dossier.user.save()
    press(staff_client, address(session, "convoke"))
    run_tasks()
    assert mailoutbox[0].attachments == []
