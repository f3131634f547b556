"""A full disk, two that migrate at once, a mail server that refuses one person, a clock that jumps: data stay whole."""

import datetime
import shutil
import smtplib
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from core import outbox
from core.models import OutgoingMail
from tests.config.production import start
from tests.factories import PASSWORD, make_nir
from tests.operation.production import eventually

NIR = make_nir(order=77)[:13]
SMALL = "4m"


@pytest.fixture
def small_disk(cluster, folder) -> Iterator[Path]:
    """A disk of a few megabytes that PostgreSQL may write to."""
    disk = folder / "small"
    disk.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", str(disk)], check=False).returncode:
        pytest.skip("only root may mount a small disk")
    shutil.chown(disk, cluster.user)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(filler: Path) -> None:
    """Write until there is no more room."""
    with suppress(OSError), filler.open("wb", buffering=0) as rest:
        while True:
            rest.write(b"\0" * 4096)


@pytest.mark.postgres
@pytest.mark.xdist_group("operation")
def test_a_full_disk_is_told_and_nothing_needs_mending_once_there_is_room(site, cluster, small_disk):
    assert site.log_in(NIR, PASSWORD)[0] == 422
    with psycopg.connect(host=str(cluster.folder), user="adm79", dbname="adm79", autocommit=True) as other:
        other.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")  # type: ignore[arg-type]
        other.execute("TRUNCATE core_throttle")
        other.execute("ALTER TABLE core_throttle SET TABLESPACE small")
        try:
            filler = small_disk / "filler"
            fill(filler)
            status, headers, page = site.log_in(NIR, PASSWORD)
            assert (status, headers["retry-after"]) == (503, "300")
            assert "ne peut rien enregistrer" in page.decode()
            assert [site.status(path) for path in ("/", "/connexion/", "/sante/")] == [200] * 3
            filler.unlink()
            assert eventually(lambda: site.log_in(NIR, PASSWORD)[0] == 422)
            assert NIR not in site.log.read_text()
        finally:
            other.execute("ALTER TABLE core_throttle SET TABLESPACE pg_default")
            other.execute("DROP TABLESPACE small")


@pytest.mark.postgres
@pytest.mark.xdist_group("operation")
def test_of_two_processes_that_migrate_at_once_none_spoils_the_other(cluster):
    cluster.create("twice")
    url = cluster.url("twice")
    command = ["manage.py", "migrate", "--verbosity=0"]
    done = []
    threads = [threading.Thread(target=lambda: done.append(start(*command, DATABASE_URL=url))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 in {each.returncode for each in done}, [each.stderr[-500:] for each in done]
    assert start(*command, DATABASE_URL=url).returncode == 0
    assert start("manage.py", "migrate", "--check", DATABASE_URL=url).returncode == 0


class Refusing(socketserver.StreamRequestHandler):
    """An SMTP server that takes every mail but those for « refuse@ »."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT" and "refuse@" in line:
                self._say("550 no such person")
            elif word == "DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken.append(line)  # type: ignore[attr-defined]
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail_server(settings) -> Iterator[socketserver.ThreadingTCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing)
    server.taken = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db
def test_a_refused_recipient_keeps_nobody_else_from_their_mail(mail_server, run_tasks):
    for to in ("refuse@courriel.example", "jeanne@courriel.example"):
        outbox.send_later("accounts/confirm_email", to, {"url": "http://x/", "is_change": False}, key=to)
    run_tasks()
    refused, taken = (OutgoingMail.objects.get(key=f"{who}@courriel.example") for who in ("refuse", "jeanne"))
    assert (taken.sent_at is not None, refused.sent_at) == (True, None)
    assert refused.last_error == smtplib.SMTPRecipientsRefused.__name__
    assert len(mail_server.taken) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-26, -1, 1, 26])
def test_a_clock_that_jumps_and_comes_back_sends_nothing_twice(hours, time_machine, run_tasks, mailoutbox, official):
    """A virtual machine wakes up in yesterday, or in tomorrow: what was done is not done again."""
    from config.periodic import JOBS
    from enrolment.dossiers import workflow
    from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send
    from tests.factories import SessionFactory, in_days

    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    time_machine.move_to(noon, tick=False)
    session = SessionFactory(start=in_days(15))
    dossier, _ = workflow.create(official, session, timezone.now())
    send(dossier)
    for shift in (0, hours, 0, hours, 0):
        time_machine.move_to(noon + datetime.timedelta(hours=shift), tick=False)
        for job in JOBS.values():
            job(timezone.now())
        run_tasks()
    names = [message.extra_headers["Message-ID"] for message in mailoutbox]
    subjects = [(message.subject, tuple(message.to)) for message in mailoutbox if message.to == [dossier.email]]
    assert len(names) == len(set(names))
    assert len(subjects) == len(set(subjects))
    assert seats_add_up(session)
    assert ledger_adds_up(official)


@pytest.mark.django_db
def test_a_clock_that_had_jumped_ahead_keeps_nobody_waiting_until_then(time_machine, official, client):
    """Passwords tried while it is next year by mistake: back in this one, the wait imposed then says nothing."""
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    time_machine.move_to(noon + datetime.timedelta(days=365), tick=False)
    statuses = [
        client.post("/connexion/", {"nir": official.nir, "password": "Fausse-79"}).status_code for _ in range(7)
    ]
    assert statuses[-1] == 429
    time_machine.move_to(noon, tick=False)
    assert client.post("/connexion/", {"nir": official.nir, "password": PASSWORD}).status_code == 302
