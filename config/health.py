"""Is the site alive, ready, and as it should be? Told to the load balancer, to ``check_health``, to the staff.

*Live* is a process that answers, *ready* one that can serve a page. ``findings`` looks further, at what no visitor
sees before it is too late: mails that do not leave, a timer that has stopped, a setting forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts.models import Commune
from config.periodic import JOBS
from core.models import OutgoingMail, PeriodicRun

type Level = Literal["error", "warning"]

LATE_TASK = timedelta(minutes=10)
"""A worker looks for tasks every second: one that has waited so long has no worker."""
LATE_RUN = timedelta(minutes=30)
"""``run_periodic`` runs every five minutes: after so long without a success a job has stopped, or fails."""
LATE_MAIL = timedelta(hours=1)
"""A mail leaves within seconds: one that has waited so long was refused several times, or nobody carries it."""
KNOWN_FOR = 60
"""Seconds that a process repeats to the staff what it has found."""
RECENT = timedelta(days=7)
"""Mails given up are told for so long."""
EXAMPLE = ".example"
"""An address under this name is the example of ``config.settings``."""


@dataclass(frozen=True)
class Finding:
    """Something that somebody has to do. ``text`` says what is wrong, ``remedy`` what to do; both for the staff."""

    code: str
    level: Level
    text: str
    remedy: str


def database_error() -> str:
    """The name of what keeps the database from answering; empty when it answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return type(error).__name__
    return ""


def findings(now: datetime | None = None) -> list[Finding]:
    """All that is wrong at *now* (this instant when missing), what stops the site first; at most ten queries."""
    now = now or timezone.now()
    if error := database_error():
        return [Finding("database", "error", f"La base de données ne répond pas ({error}).", "Voyez DATABASE_URL.")]
    if missing := unapplied_migrations():
        text = f"{missing} migration(s) de la base ne sont pas appliquées."
        return [Finding("migrations", "error", text, "Lancez « manage.py migrate ».")]
    return [finding for look in LOOKS for finding in look(now)]


def known_findings() -> list[Finding]:
    """The findings of the last minute: a page that many open does not look at every table each time."""
    return cache.get_or_set("health:findings", findings, KNOWN_FOR) or []


def unapplied_migrations() -> int:
    """How many migrations of the code the database does not have."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def late_tasks(now: datetime) -> Iterator[Finding]:
    """Tasks that wait although they are due, or that a dead worker left half-way."""
    due = Q(status=TaskResultStatus.READY) & (Q(run_after=get_date_max()) | Q(run_after__lt=now - LATE_TASK))
    stuck = Q(status=TaskResultStatus.RUNNING, started_at__lt=now - LATE_TASK)
    late = DBTaskResult.objects.filter(due | stuck, enqueued_at__lt=now - LATE_TASK).count()
    if late:
        since = LATE_TASK // timedelta(minutes=1)
        text = f"{late} tâche(s) attendent depuis plus de {since} minutes : des mails ne partent pas."
        yield Finding("tasks", "error", text, "Relancez le service des tâches (adm79-tasks) et lisez son journal.")


def late_runs(now: datetime) -> Iterator[Finding]:
    """Jobs of ``run_periodic`` without a recent success."""
    recent = set(PeriodicRun.objects.filter(succeeded_at__gte=now - LATE_RUN).values_list("job", flat=True))
    late = [job for job in JOBS if job not in recent]
    if late:
        text = f"Les travaux périodiques n'ont pas abouti depuis {LATE_RUN // timedelta(minutes=1)} minutes : "
        remedy = "Vérifiez le minuteur (adm79-periodic.timer) et lisez le journal de run_periodic."
        yield Finding("periodic", "error", text + ", ".join(late) + ".", remedy)


def late_mails(now: datetime) -> Iterator[Finding]:
    """Mails that should have left and have not, whatever the reason; a warning when only addresses are refused."""
    waiting = OutgoingMail.objects.filter(sent_at=None, given_up_at=None, created_at__lt=now - LATE_MAIL)
    due = waiting.filter(Q(not_before=None) | Q(not_before__lt=now - LATE_MAIL))
    reasons = list(due.order_by("created_at").values_list("last_error", flat=True))
    if not reasons:
        return
    text = f"{len(reasons)} mail(s) attendent depuis plus d'une heure ({reasons[-1] or 'aucun essai'})."
    if set(reasons) == {SMTPRecipientsRefused.__name__}:
        yield Finding("late_mails", "warning", text, "Ces adresses sont refusées : dans « Mails », voyez lesquelles.")
    else:
        remedy = "Vérifiez EMAIL_URL et le serveur de mail, puis le service des tâches (adm79-tasks)."
        yield Finding("late_mails", "error", text, remedy)


def mails_given_up(now: datetime) -> Iterator[Finding]:
    """Mails that the mail server refused for two days."""
    given_up = OutgoingMail.objects.filter(given_up_at__gte=now - RECENT).count()
    if given_up:
        text = f"{given_up} mail(s) abandonnés depuis {RECENT.days} jours."
        yield Finding("mails", "warning", text, "Dans « Mails », corrigez l'adresse avec la personne, puis renvoyez.")


def missing_data(now: datetime) -> Iterator[Finding]:
    """Data without which nobody can open an account."""
    if not Commune.objects.exists():
        yield Finding("communes", "error", "La liste des communes est vide.", "Lancez « manage.py load_communes ».")


def missing_publisher() -> list[str]:
    """The variables of the publisher's facts that « Mentions légales » lacks; the law wants them all."""
    return [f"PUBLISHER_{fact.upper()}" for fact, value in settings.PUBLISHER.items() if not value]


def missing_settings(now: datetime) -> Iterator[Finding]:
    """Settings that have an example's value, which visitors would read."""
    examples = {"ADM79_EMAIL": settings.ADM79_EMAIL, "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL}
    names = [name for name, value in examples.items() if value.endswith((EXAMPLE, "@localhost"))]
    names += missing_publisher()
    if names:
        text = f"Réglages encore absents : {', '.join(names)}."
        law = "La loi veut ceux de « Mentions légales ». " if missing_publisher() else ""
        yield Finding("settings", "warning", text, f"{law}Complétez l'environnement (README, « Environment »).")


LOOKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    late_tasks,
    late_runs,
    missing_data,
    late_mails,
    mails_given_up,
    missing_settings,
)
