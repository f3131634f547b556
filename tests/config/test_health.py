"""Alive, ready, as it should be: told to the load balancer, to the operator, to the staff."""

import datetime
import html

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import health
from config.periodic import JOBS
from core import outbox
from core.models import OutgoingMail, PeriodicRun
from tests.factories import CommuneFactory
from tests.french import plain

pytestmark = pytest.mark.django_db


def codes(now=None):
    return {finding.code: finding.level for finding in health.findings(now)}


@pytest.fixture
def well(settings):
    """A site that lacks nothing."""
    settings.PUBLISHER = dict.fromkeys(settings.PUBLISHER, "dit")
    settings.ADM79_EMAIL, settings.DEFAULT_FROM_EMAIL = "formation@adm79.fr", "ne-pas-repondre@adm79.fr"
    CommuneFactory()
    call_command("run_periodic")
    DBTaskResult.objects.all().delete()  # the worker has sent the morning's mail
    OutgoingMail.objects.update(sent_at=timezone.now())


def test_nothing_is_said_when_all_is_well(well, capsys):
    assert codes() == {}
    call_command("check_health")
    assert "bon état" in capsys.readouterr().out


def test_a_timer_that_has_stopped_is_told(well):
    assert codes(timezone.now() + datetime.timedelta(minutes=29)) == {}
    assert codes(timezone.now() + datetime.timedelta(minutes=31)) == {"periodic": "error"}


def test_a_job_that_fails_again_and_again_is_told_by_its_name(well):
    PeriodicRun.objects.filter(job="dossiers rappelés").delete()
    (finding,) = health.findings()
    assert "dossiers rappelés" in finding.text
    assert "comptes crédités" not in finding.text


@pytest.mark.parametrize("state", [TaskResultStatus.READY, TaskResultStatus.RUNNING])
def test_mails_that_no_worker_sends_are_told(well, state):
    outbox.send_later("accounts/password_changed", "jeanne@courriel.example", {})
    now = timezone.now()
    DBTaskResult.objects.update(status=state, started_at=now if state == TaskResultStatus.RUNNING else None)
    assert codes(now + datetime.timedelta(minutes=9)) == {}
    assert codes(now + datetime.timedelta(minutes=11)) == {"tasks": "error"}


def test_a_mail_to_be_tried_again_tomorrow_is_not_late(well):
    outbox.send_later("accounts/password_changed", "jeanne@courriel.example", {})
    now = timezone.now()
    DBTaskResult.objects.update(run_after=now + datetime.timedelta(days=1))
    assert codes(now + datetime.timedelta(minutes=20)) == {}


@pytest.mark.parametrize(
    ("error", "level"), [("SMTPAuthenticationError", "error"), ("", "error"), ("SMTPRecipientsRefused", "warning")]
)
def test_mails_that_have_not_left_within_an_hour_are_told_whatever_keeps_them(well, error, level):
    """A server that refuses us, a task that is gone; somebody's wrong address is less."""
    OutgoingMail.objects.create(template="x", last_error=error)
    OutgoingMail.objects.create(template="x", not_before=timezone.now() + datetime.timedelta(days=1))
    now = timezone.now()
    PeriodicRun.objects.update(succeeded_at=now + datetime.timedelta(hours=1))
    assert codes(now + datetime.timedelta(minutes=59)) == {}
    assert codes(now + datetime.timedelta(minutes=61)) == {"late_mails": level}


def test_mails_given_up_missing_settings_and_communes_are_told(well, settings):
    OutgoingMail.objects.create(template="x", given_up_at=timezone.now())
    settings.PUBLISHER = settings.PUBLISHER | {"siren": ""}
    CommuneFactory._meta.model.objects.all().delete()
    assert codes() == {"communes": "error", "mails": "warning", "settings": "warning"}


def test_the_command_fails_when_the_service_suffers_and_not_for_less(well, settings, capsys):
    settings.PUBLISHER = settings.PUBLISHER | {"siren": ""}
    call_command("check_health")
    assert "PUBLISHER_SIREN" in capsys.readouterr().out
    PeriodicRun.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("check_health")


def test_migrations_not_applied_are_told_before_all_else(well, monkeypatch):
    monkeypatch.setattr(health, "unapplied_migrations", lambda: 2)
    assert codes() == {"migrations": "error"}


def test_staff_read_on_their_home_what_somebody_has_to_mend(well, staff_client):
    assert "À dire à qui tient le site" not in staff_client.get("/admin/").text
    PeriodicRun.objects.all().delete()
    OutgoingMail.objects.create(template="x", given_up_at=timezone.now())
    assert "À dire à qui tient le site" not in staff_client.get("/admin/").text, "looked at once a minute"
    cache.clear()
    page = plain(staff_client.get("/admin/").text)
    for finding in health.findings():
        assert html.escape(finding.text) in page
        assert html.escape(finding.remedy) in page


def test_every_job_leaves_its_mark(well):
    assert set(PeriodicRun.objects.values_list("job", flat=True)) == set(JOBS)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_process_without_database_is_alive_and_not_ready(client, monkeypatch, error):
    def dead(self, *args, **kwargs):
        raise error("connection refused: password=secret")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", dead)
    assert client.get("/sante/processus/").status_code == 200
    ready = client.get("/sante/")
    assert ready.status_code == 503
    assert "secret" not in ready.content.decode()
    assert codes() == {"database": "error"}


def test_a_process_with_its_database_is_ready(client):
    response = client.get("/sante/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]
