"""The catalogue's start-up: keeps the search index true, and forgets who leaves."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Trainings, sessions, search."""

    name = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from accounts.profile.closing import account_closing
        from accounts.profile.export import account_export
        from catalogue.demand import interests
        from catalogue.search import index  # its models are there only now

        index.connect()
        account_export.connect(interests.personal_data, dispatch_uid="export what a person waits for")
        account_closing.connect(interests.leave, dispatch_uid="a closing account waits for nothing")
