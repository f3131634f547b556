"""The name of the people's part of the admin."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: who they are and how they come in."""

    name = "accounts"
    verbose_name = "Comptes et mandats"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts.contact import bounces
        from accounts.terms import conditions  # its models are there only now

        conditions.connect()
        user_logged_in.connect(bounces.tell_at_login, dispatch_uid="an address that does not work is told at login")
