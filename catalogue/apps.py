"""The catalogue's start-up: keeps the search index true."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Trainings, sessions, search."""

    name = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from catalogue import search_index  # its models are there only now

        search_index.connect()
