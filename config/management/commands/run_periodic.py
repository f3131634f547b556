"""What has to happen by itself, in one command."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import purge
from catalogue.search import unanswered
from core import outbox
from enrolment import periodic
from enrolment.identity_checks import checks
from enrolment.rights import yearly_credit

logger = logging.getLogger(__name__)

JOBS: dict[str, Callable[[datetime], Any]] = {
    "tâches reprises": outbox.requeue_lost_tasks,
    "dossiers clos, délai dépassé": periodic.lapse_overdue,
    "sessions où une place s'est libérée": periodic.fill_free_seats,
    "dossiers rappelés": periodic.remind,
    "confirmations rappelées": periodic.remind_to_confirm,
    "comptes crédités": yearly_credit.credit_everybody,
    "vérifications d'identité expirées": checks.expire,
    "purges": purge.purge_all,
    "recherches sans réponse oubliées": unanswered.purge,
}
"""In this order: a seat is given before anybody is reminded, and what is purged is past serving."""


class Command(BaseCommand):
    help = "Do what happens by itself: reminders, lapses, credits, purges, lost tasks. Safe at any time, twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, job in JOBS.items() if not self._run(name, job)]
        if failed:
            raise CommandError(f"En échec : {', '.join(failed)}.")

    def _run(self, name: str, job: Callable[[datetime], Any]) -> bool:
        try:
            done = job(timezone.now())
        except Exception:  # one job that fails must not keep the others from running
            logger.exception("run_periodic: %s", name)
            return False
        self.stdout.write(f"{name} : {done}")
        return True
