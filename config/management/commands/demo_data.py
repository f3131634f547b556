"""The demo's invented people and their dossiers. Safe to run again: what exists is kept."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.accounts import ensure_accounts
from config.demo.dossiers import ensure_dossiers
from config.demo.scales import ensure_scales


class Command(BaseCommand):
    help = "Crée les comptes et dossiers inventés de la démonstration (DEBUG seulement)."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("La démonstration ne se prépare qu'avec DEBUG=true.")
        now = timezone.now()
        ensure_scales()
        people = ensure_accounts(now)
        ensure_dossiers(people, now)
        self.stdout.write(f"{len(people)} élus inventés.")
