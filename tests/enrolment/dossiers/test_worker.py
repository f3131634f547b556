"""The real worker, the real mail protocol: killed (-9) or refused for a while, each mail arrives, once."""

import datetime
import os
import signal
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections
from django.tasks import TaskResultStatus
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.startup import mailer
from core import outbox
from core.models import OutgoingMail
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, SessionFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning"),  # the mail server's threads stay here
]

PATIENCE = 30  # seconds a step of another process may take on a busy machine


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on loopback that takes mails, refuses them, or keeps the sender waiting for ever."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mode = "take"
        self.somebody_waits = threading.Event()
        self.received: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def message_ids(self) -> Counter:
        lines = [line for message in self.received for line in message.splitlines()]
        return Counter(line for line in lines if line.startswith("Message-ID:"))


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail needs."""

    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        if self.server.mode == "refuse":
            self.say("421 busy, come back later")
            return
        self.say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                self.take()
            elif verb == "MAIL" and self.server.mode == "stall":
                self.server.somebody_waits.set()
                self.rfile.read()  # until the other side is gone
                return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        self.server.received.append("\n".join(lines))
        self.say("250 taken")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def three_mails() -> None:
    session = SessionFactory()
    for _ in range(3):
        send(EnrolmentFactory(session=session))


class Worker:
    """``db_worker --batch`` in a process of its own, on the tests' database, with the fake mail server."""

    def __init__(self, server: MailServer) -> None:
        connections.close_all()  # a connection belongs to one process
        self.pid = os.fork()
        if self.pid == 0:
            try:
                with override_settings(MAILERS={"default": mailer(server.url)}):
                    call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)
                os._exit(0)
            except BaseException:  # noqa: BLE001  whatever it is, the copy of the test runner ends here
                os._exit(2)

    def kill(self) -> int:
        os.kill(self.pid, signal.SIGKILL)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end: its exit code."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def run_worker(server: MailServer) -> None:
    assert Worker(server).ended() == 0


def test_killed_between_claiming_and_sending(server, three_mails):
    server.mode = "stall"
    worker = Worker(server)
    assert server.somebody_waits.wait(PATIENCE)
    assert worker.kill() == -signal.SIGKILL
    assert DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count() == 1
    assert server.received == []

    server.mode = "take"
    run_worker(server)  # the others leave; the lost one is nobody's
    assert len(server.received) == 2
    assert outbox.requeue_lost_tasks(timezone.now() + outbox.LOST_AFTER) == 1
    run_worker(server)
    assert set(server.message_ids.values()) == {1}
    assert len(server.message_ids) == 3
    assert not OutgoingMail.objects.filter(sent_at=None).exists()


def test_a_server_that_refuses_for_a_while(server, three_mails):
    server.mode = "refuse"
    run_worker(server)
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert waiting.count() == 3
    assert all(row.run_after > timezone.now() + datetime.timedelta(seconds=20) for row in waiting)
    waiting.update(run_after=timezone.now())  # the delay is over
    run_worker(server)
    assert waiting.count() == 3
    assert server.received == []

    server.mode = "take"
    waiting.update(run_after=timezone.now())
    run_worker(server)
    assert set(server.message_ids.values()) == {1}
    assert len(server.message_ids) == 3
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {3}


def test_two_workers_at_once_send_each_mail_once(server, three_mails):
    one, two = Worker(server), Worker(server)
    assert one.ended() == two.ended() == 0
    assert len(server.message_ids) == 3
    assert set(server.message_ids.values()) == {1}
