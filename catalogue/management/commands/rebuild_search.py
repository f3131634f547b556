"""Write the search index afresh."""

from typing import Any

from django.core.management.base import BaseCommand

from catalogue import search_index


class Command(BaseCommand):
    help = "Refait l'index de recherche du catalogue ; utile après un chargement en masse."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search_index.rebuild()} formations indexées.")
