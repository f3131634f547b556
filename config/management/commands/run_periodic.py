"""What has to happen by itself, in one command."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.periodic import JOBS
from core.models import PeriodicRun

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what happens by itself: reminders, lapses, credits, purges, lost tasks. Safe at any time, twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, job in JOBS.items() if not self._run(name, job)]
        if failed:
            raise CommandError(f"En échec : {', '.join(failed)}.")

    def _run(self, name: str, job: Callable[[datetime], Any]) -> bool:
        try:
            done = job(timezone.now())
            PeriodicRun.objects.update_or_create(job=name, defaults={"succeeded_at": timezone.now()})
        except Exception:  # one job that fails must not keep the others from running
            logger.exception("run_periodic: %s", name)
            return False
        self.stdout.write(f"{name} : {done}")
        return True
