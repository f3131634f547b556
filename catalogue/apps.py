"""The catalogue's start-up: keeps the search index true."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Trainings, sessions, search."""

    name = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from catalogue.search import index  # its models are there only now

        index.connect()
