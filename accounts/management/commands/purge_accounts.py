"""``manage.py purge_accounts``: expired drafts, sessions, brakes and old mails."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.purge import purge_all


class Command(BaseCommand):
    help = "Supprime les brouillons expirés (30 jours), les sessions closes, les freins et les mails anciens."

    def handle(self, **options: Any) -> None:
        for what, count in purge_all(timezone.now()).items():
            self.stdout.write(f"{what} : {count}")
