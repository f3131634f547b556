"""Each mail arrives, once: whatever fails, whoever is killed, however often it is asked for."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import InterfaceError, InternalError, OperationalError, transaction
from django.tasks import TaskResultStatus
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import outbox
from core.models import OutgoingMail

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
TO = "jeanne@courriel.example"


def ask(key=None, **context):
    return outbox.send_later("accounts/confirm_email", TO, {"url": "http://x/", "is_change": False, **context}, key=key)


@pytest.fixture
def broken(monkeypatch):
    """A mail server that refuses everything, until ``broken.mended = True``."""

    class Server:
        mended = False

    original = EmailBackend.send_messages

    def send_messages(self, messages):
        if not Server.mended:
            raise smtplib.SMTPServerDisconnected("jeanne@courriel.example: gone")
        return original(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return Server


def test_subject_text_and_html(run_tasks):
    ask()
    run_tasks()
    (message,) = mail.outbox
    assert message.subject == "Confirmez votre adresse mail"
    assert message.body.startswith("Bonjour,")
    assert "http://x/" in message.body
    assert "<h1>Confirmez votre adresse mail</h1>" in message.alternatives[0].content
    assert "Une question\u202f?" in message.alternatives[0].content
    assert "Une question ?" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_nothing_leaves_when_the_transaction_is_undone(run_tasks):
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert run_tasks() == []
    assert mail.outbox == []


def test_a_key_sends_once_however_often_it_is_asked(run_tasks):
    assert ask("reminder:1") is not None
    assert ask("reminder:1") is None
    run_tasks()
    assert ask("reminder:1") is None
    run_tasks()
    assert len(mail.outbox) == 1


def test_without_an_address_there_is_nothing_to_send(run_tasks):
    assert outbox.send_later("accounts/confirm_email", "", {}) is None
    assert run_tasks() == []


def test_the_task_holds_only_an_id_and_the_row_forgets_what_it_said(run_tasks):
    sent = ask(url="http://x/secret-link/")
    assert DBTaskResult.objects.get().args_kwargs == {"args": [str(sent.pk)], "kwargs": {}}
    assert b"secret-link" not in bytes(OutgoingMail.objects.get().content)
    run_tasks()
    row = OutgoingMail.objects.get()
    assert (bytes(row.content), row.recipient) == (b"", "")


def test_a_server_that_fails_is_tried_again_later_and_later(broken, run_tasks, caplog):
    with time_machine.travel(NOON, tick=False) as clock:
        ask()
        run_tasks()
        waits = []
        for _ in range(3):
            row = DBTaskResult.objects.get(status=TaskResultStatus.READY)
            waits.append(row.run_after - timezone.now())
            clock.move_to(row.run_after)
            broken.mended = len(waits) == 3
            run_tasks()
        assert waits == list(outbox.DELAYS[:3])
    assert len(mail.outbox) == 1
    assert TO not in caplog.text


def test_after_two_days_it_is_given_up_and_said_loudly(broken, run_tasks, caplog):
    with time_machine.travel(NOON, tick=False) as clock:
        ask()
        run_tasks()
        for _ in outbox.DELAYS:
            clock.move_to(DBTaskResult.objects.get(status=TaskResultStatus.READY).run_after)
            run_tasks()
        assert timezone.now() - NOON > datetime.timedelta(days=1)
    row = OutgoingMail.objects.get()
    assert row.given_up_at is not None
    assert (row.attempts, row.last_error) == (len(outbox.DELAYS) + 1, "SMTPServerDisconnected")
    assert [record.levelname for record in caplog.records if record.name == "core.outbox"][-1] == "ERROR"
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists()


def test_staff_have_a_mail_given_up_tried_again(run_tasks, staff_client):
    sent = ask()
    OutgoingMail.objects.update(given_up_at=timezone.now(), attempts=9)
    DBTaskResult.objects.all().delete()
    url = reverse("admin:core_outgoingmail_changelist")
    assert staff_client.get(url).status_code == 200
    for _ in range(2):
        staff_client.post(url, {"action": "try_again", "_selected_action": [str(sent.pk)]})
    run_tasks()
    assert len(mail.outbox) == 1


class TestAKilledWorker:
    """kill -9 leaves its task RUNNING and its mail taken."""

    def kill(self, *, after: str) -> DBTaskResult:
        ask()
        row = DBTaskResult.objects.get()
        row.claim("killed")
        if after in {"taking", "sending"}:
            assert outbox._take(row.args_kwargs["args"][0], timezone.now())
        if after == "sending":
            outbox.compose(OutgoingMail.objects.get()).send()
        return row

    @pytest.mark.parametrize("after", ["claiming", "taking"])
    def test_its_mail_arrives_once_all_the_same(self, after, run_tasks):
        with time_machine.travel(NOON, tick=False) as clock:
            self.kill(after=after)
            assert outbox.requeue_lost_tasks(timezone.now()) == 0
            assert run_tasks() == []
            clock.shift(121)
            assert outbox.requeue_lost_tasks(timezone.now()) == 1
            assert run_tasks() == [TaskResultStatus.SUCCESSFUL]
            assert outbox.requeue_lost_tasks(timezone.now()) == 0
        assert len(mail.outbox) == 1

    def test_at_the_start_of_the_only_worker_nothing_is_waited_for(self, run_tasks):
        self.kill(after="taking")
        assert outbox.requeue_lost_tasks(timezone.now(), datetime.timedelta(0)) == 1
        run_tasks()
        assert len(mail.outbox) == 1

    def test_killed_in_the_tiny_window_the_second_copy_is_recognisable(self, run_tasks):
        with time_machine.travel(NOON, tick=False) as clock:
            self.kill(after="sending")
            clock.shift(121)
            outbox.requeue_lost_tasks(timezone.now())
            run_tasks()
        assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1

    def test_a_worker_believed_dead_and_its_heir_send_one_mail(self, run_tasks):
        with time_machine.travel(NOON, tick=False) as clock:
            row = self.kill(after="claiming")
            clock.shift(121)
            outbox.requeue_lost_tasks(timezone.now())
            run_tasks()
            assert outbox.deliver.call(row.args_kwargs["args"][0]) == "nothing to do"
        assert len(mail.outbox) == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
def test_a_mail_whose_task_the_database_failed_leaves_all_the_same(error, run_tasks, monkeypatch):
    """A lock waited for too long, a disk full for a moment: the task has ended, what it was to do has not."""
    ask()
    with monkeypatch.context() as failing:
        failing.setattr(outbox, "_take", broken_by(error("no")))
        assert run_tasks() == [TaskResultStatus.FAILED]
    assert outbox.requeue_lost_tasks(timezone.now()) == 1
    assert run_tasks() == [TaskResultStatus.SUCCESSFUL]
    assert outbox.requeue_lost_tasks(timezone.now()) == 0
    assert len(mail.outbox) == 1


def test_a_task_that_fails_by_a_mistake_of_ours_is_not_tried_for_ever(run_tasks, monkeypatch):
    ask()
    monkeypatch.setattr(outbox, "_take", broken_by(ZeroDivisionError()))
    run_tasks()
    assert outbox.requeue_lost_tasks(timezone.now()) == 0


def broken_by(error):
    def fail(*args):
        raise error

    return fail


def test_rows_go_after_ninety_days(run_tasks):
    ask("once")
    run_tasks()
    assert outbox.purge_mails(timezone.now() + datetime.timedelta(days=89)) == 0
    assert outbox.purge_mails(timezone.now() + datetime.timedelta(days=91)) == 1
