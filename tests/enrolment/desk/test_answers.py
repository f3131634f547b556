"""Requests answered in a stream: all on one screen, one answer a press, a minute to think better of it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingMail
from enrolment.desk import answers
from enrolment.dossiers import workflow
from enrolment.models import Enrolment, ReasonPhrase, State
from tests.desk import hidden, press
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send
from tests.factories import EnrolmentFactory, SessionFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:answers")


def page(dossier: Enrolment) -> str:
    return reverse("admin:answer", args=[dossier.pk])


def button(dossier: Enrolment, name: str) -> str:
    return reverse("admin:enrolment_enrolment_act", args=[dossier.pk, name])


def answer(client, dossier, name, **data):
    """Answer as the page does: with what its form hides."""
    hides = forms_of(client.get(page(dossier)))[name]
    return client.post(button(dossier, name), {**hides, **data})


def forms_of(shown) -> dict[str, dict[str, str]]:
    """The hidden values of the form of each answer."""
    acts = {act["button"].name: act for act in shown.context["acts"]}
    return {
        name: {"suite": "1", "_version": shown.context["version"], "_seen": act["seen"]} for name, act in acts.items()
    }


@pytest.fixture
def three(db) -> list[Enrolment]:
    """Three requests, sent one after the other."""
    session, now = SessionFactory(), timezone.now()
    return [send(EnrolmentFactory(session=session), now - timedelta(days=3 - number)) for number in range(3)]


class TestThePage:
    def test_the_queue_opens_on_who_waits_longest(self, staff_client, three):
        assert staff_client.get(QUEUE).url == page(three[0])

    def test_all_that_an_answer_needs_is_there(self, staff_client):
        dossier = send(EnrolmentFactory())
        dossier.needs = "Accès en fauteuil"
        dossier.save()
        text = staff_client.get(page(dossier)).text
        for words in ("Maire — Niort", "FranceConnect", "Accès en fauteuil", "1\xa0prise sur 15", "DIF", "200,00"):
            assert words in text
        assert "L&#x27;ADM79 accepte votre demande" in text, "the mail is read before it leaves"
        assert "Étapes sur Mon Compte Formation" in text

    def test_what_is_doubtful_is_marked(self, staff_client):
        dossier = send(EnrolmentFactory(user=UserFactory()))
        facts = staff_client.get(page(dossier)).context["proofs"]
        assert [fact.what for fact in facts if fact.doubt] == ["Mandat reconnu"]

    def test_an_empty_queue_says_so(self, staff_client):
        assert "Aucune demande n&#x27;attend" in staff_client.get(QUEUE).text.replace("n'attend", "n&#x27;attend")

    def test_who_only_reads_the_catalogue_is_not_let_in(self, as_user):
        dossier = send(EnrolmentFactory())
        client = as_user(StaffFactory())
        assert client.get(QUEUE).status_code == client.get(page(dossier)).status_code == 403


class TestAnswering:
    def test_one_press_accepts_and_opens_the_next(self, staff_client, three):
        first, second, _ = three
        done = answer(staff_client, first, "accept")
        assert (done.status_code, done.url) == (302, page(second))
        first.refresh_from_db()
        assert first.state == State.ACCEPTED

    def test_after_the_last_the_queue_says_that_it_is_empty(self, staff_client):
        assert answer(staff_client, send(EnrolmentFactory()), "accept").url == QUEUE

    def test_a_phrase_and_a_few_words_make_the_reason(self, staff_client, three):
        phrase = ReasonPhrase.objects.filter(act="refuse").first()
        answer(staff_client, three[0], "refuse", phrase=phrase.pk, reason="Écrivez-nous au printemps.")
        three[0].refresh_from_db()
        assert three[0].decision_reason == f"{phrase} Écrivez-nous au printemps."

    def test_without_a_reason_the_same_page_asks_for_it(self, staff_client, three):
        again = answer(staff_client, three[0], "refuse")
        assert again.status_code == 422
        assert "Choisissez un motif ou écrivez-le" in again.text
        assert again.context["original"] == three[0]

    def test_put_off_the_next_one_follows_and_then_the_first_again(self, three):
        assert [answers.next_after(each) for each in three] == [three[1], three[2], three[0]]


class TestMeanwhile:
    def test_who_answered_and_what_is_said_and_nothing_typed_is_lost(self, staff_client, three):
        hides = forms_of(staff_client.get(page(three[0])))["refuse"]
        workflow.accept(three[0], StaffFactory(first_names="Odile"), timezone.now())
        late = staff_client.post(button(three[0], "refuse"), {**hides, "reason": "Public non concerné."})
        assert late.status_code == 409
        assert "Accepter la demande, par Odile" in late.text
        assert "Public non concerné." in late.text
        assert page(three[1]) in late.text


class TestTheMinute:
    def test_the_mail_leaves_a_minute_later(self, staff_client, three, run_tasks, mailoutbox, time_machine):
        run_tasks()
        mailoutbox.clear()
        answer(staff_client, three[0], "accept")
        run_tasks()
        assert mailoutbox == []
        time_machine.move_to(timezone.now() + timedelta(seconds=61))
        run_tasks()
        assert [message.subject for message in mailoutbox] == ["Votre demande est acceptée"]

    @pytest.mark.parametrize(("name", "data"), [("accept", {}), ("refuse", {"reason": "Complet."})])
    def test_within_it_the_answer_is_taken_back_and_nothing_was_sent(self, staff_client, three, name, data, run_tasks):
        answer(staff_client, three[0], name, **data)
        assert "Annuler l&#x27;envoi" in staff_client.get(QUEUE, follow=True).text.replace("l'e", "l&#x27;e")
        back = staff_client.post(reverse("admin:answer-recall", args=[three[0].pk]))
        assert back.url == page(three[0])
        three[0].refresh_from_db()
        assert three[0].state == State.SENT
        assert seats_add_up(three[0].session)
        assert ledger_adds_up(three[0].user)
        told = OutgoingMail.objects.values_list("template", flat=True)
        assert not {"enrolment/request_accepted", "enrolment/request_refused", "enrolment/decision_taken_back"} & set(
            told
        )
        assert "Envoi annulé" in LogEntry.objects.first().change_message

    def test_after_it_nothing_can_be_called_back(self, staff_client, three, run_tasks, time_machine):
        answer(staff_client, three[0], "accept")
        time_machine.move_to(timezone.now() + timedelta(seconds=61))
        run_tasks()
        said = staff_client.post(reverse("admin:answer-recall", args=[three[0].pk]), follow=True)
        assert "la personne la connaît" in said.text
        three[0].refresh_from_db()
        assert three[0].state == State.ACCEPTED
        assert said.context["held"] == []

    def test_a_seat_that_went_to_the_line_meanwhile_is_not_taken_from_it(self, staff_client):
        session = SessionFactory(seats=1)
        holder = send(EnrolmentFactory(session=session))
        waiting = send(EnrolmentFactory(session=session))
        answer(staff_client, holder, "refuse", reason="Public non concerné.")
        said = staff_client.post(reverse("admin:answer-recall", args=[holder.pk]), follow=True)
        assert "La session est complète." in said.text
        waiting.refresh_from_db()
        assert waiting.state == State.SENT
        assert seats_add_up(session)


def test_several_at_once_are_each_their_own_answer(staff_client):
    dossiers = [send(EnrolmentFactory()) for _ in range(3)]
    dossiers[0].session.cancelled_at = timezone.now()
    dossiers[0].session.save()
    chosen = {"action": "accept", "_selected_action": [each.pk for each in dossiers]}
    asked = staff_client.post(QUEUE, chosen)
    assert asked.status_code == 200
    done = staff_client.post(QUEUE, {**chosen, **hidden(asked), "_selected_action": chosen["_selected_action"]})
    assert done.status_code == 302
    said = staff_client.get(QUEUE, follow=True).text.replace("\xa0", " ")
    assert f"2 acceptées, 1 non : la session est annulée ({dossiers[0].reference})." in said


def test_the_page_costs_the_same_for_few_and_for_many(staff_client, django_assert_max_num_queries):
    dossier, *_ = [send(EnrolmentFactory()) for _ in range(12)]
    with django_assert_max_num_queries(40):
        staff_client.get(page(dossier))


def test_the_dossier_s_own_page_answers_with_the_same_minute(staff_client):
    dossier = dossier_in(State.SENT, SessionFactory())
    press(staff_client, button(dossier, "accept"))
    assert OutgoingMail.objects.get(template="enrolment/request_accepted").not_before > timezone.now()
