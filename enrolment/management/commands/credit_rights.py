"""The yearly credit, by hand or by a timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from enrolment.rights.yearly_credit import credit_everybody


class Command(BaseCommand):
    help = "Credit each official's rights of the year, at the legal date and up to the cap. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Comptes crédités : {credit_everybody(timezone.now())}")
