"""The machines that any guided service needs: steps, drafts, mails, encryption, throttling."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Knows no word of the field; every other app stands on it."""

    name = "core"
    verbose_name = "Mails et brouillons"

    def ready(self) -> None:
        from core.words import announcements  # its model is there only now

        announcements.connect()
