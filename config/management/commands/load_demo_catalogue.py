"""Load the demonstration catalogue."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import catalogue


class Command(BaseCommand):
    help = "Charge le catalogue de démonstration (idempotent ; les communes doivent être chargées)."

    def handle(self, *args: Any, **options: Any) -> None:
        trainings, sessions = catalogue.load(timezone.localdate())
        self.stdout.write(f"{trainings} formations et {sessions} sessions ajoutées.")
