"""The name of the people's part of the admin."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: who they are and how they come in."""

    name = "accounts"
    verbose_name = "Comptes et mandats"

    def ready(self) -> None:
        from accounts.terms import conditions  # its models are there only now

        conditions.connect()
