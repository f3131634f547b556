"""Who is told what about a dossier."""

import pytest
from django.utils import timezone

from core.models import OutgoingMail
from core.outbox import compose
from enrolment.dossiers import workflow
from enrolment.models import Enrolment
from tests.enrolment.helpers import ANSWERS, send, sending
from tests.factories import EnrolmentFactory, OfficialFactory, StaffFactory

pytestmark = pytest.mark.django_db


def mail_after_acceptance(enrolment: Enrolment) -> tuple[str, str]:
    """What the person receives when ADM79 accepts: subject, and the whole text."""
    OutgoingMail.objects.all().delete()
    workflow.accept(enrolment, StaffFactory(is_superuser=True), timezone.now())
    message = compose(OutgoingMail.objects.get())
    return message.subject, f"{message.body} {message.alternatives[0].content}"


def test_a_confirmed_address_is_told_everything():
    enrolment = send(EnrolmentFactory())
    subject, text = mail_after_acceptance(enrolment)
    assert "acceptée" in subject
    assert enrolment.reference in text
    assert enrolment.session.training.title in text


def test_an_address_that_nobody_confirmed_is_told_that_there_is_news_and_not_which():
    enrolment = send(EnrolmentFactory(user=OfficialFactory(email_confirmed_at=None)))
    subject, text = mail_after_acceptance(enrolment)
    for told in ("acceptée", enrolment.reference, enrolment.session.training.title, enrolment.birth_name):
        assert told not in subject + text
    assert f"/inscriptions/{enrolment.pk}/" in text
    assert "/adresse-mail/" in text


def test_another_address_typed_for_one_request_counts_as_not_confirmed():
    enrolment = EnrolmentFactory()
    answers = {**ANSWERS, "email": "secretariat@mairie.example"}
    workflow.submit(
        enrolment, enrolment.user, timezone.now(), sending(enrolment.session, enrolment.user, answers=answers)
    )
    enrolment.refresh_from_db()
    subject, _ = mail_after_acceptance(enrolment)
    assert subject == "Du nouveau dans votre dossier d'inscription"
    assert OutgoingMail.objects.get().recipient == "secretariat@mairie.example"


def test_the_first_mail_to_an_address_that_nobody_confirmed_says_that_the_request_has_come():
    enrolment = send(EnrolmentFactory(user=OfficialFactory(email_confirmed_at=None)))
    message = compose(OutgoingMail.objects.get(template="enrolment/received"))
    text = f"{message.subject} {message.body} {message.alternatives[0].content}"
    assert message.subject.startswith("Demande bien reçue")
    assert enrolment.reference in message.subject
    assert "/adresse-mail/" in text
    assert enrolment.session.training.title not in text
    assert enrolment.birth_name not in text


def test_the_mails_of_a_living_dossier_wear_the_leaf():
    send(EnrolmentFactory())
    html = compose(OutgoingMail.objects.get(template="enrolment/request_sent")).alternatives[0].content
    assert "<strong>dernier jour</strong>" in html or "<strong>formation</strong>" in html
    assert "style=" not in html
