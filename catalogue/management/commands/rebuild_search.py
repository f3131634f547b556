"""Write the search index afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.search import index


class Command(BaseCommand):
    help = "Refait l'index de recherche du catalogue ; utile après un chargement en masse."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index.rebuild()} formations indexées.")
