"""After a new key was put first in ENCRYPTION_KEYS: encrypt everything anew under it, so that the old can go."""

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from core import encryption

APPS = ("core", "accounts", "catalogue", "enrolment")
BATCH = 100


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """The rule of this project: what is encrypted is a ``BinaryField``, and every ``BinaryField`` is encrypted."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.BinaryField):
                    yield model, field.name


def rotate(model: type[models.Model], name: str) -> int:
    """Encrypt the field *name* of every row of *model* under the first key. Return how many rows.

    Goes on from row to row by primary key in short transactions, so the site works meanwhile; can be run again.
    Raises ``cryptography.fernet.InvalidToken`` when no key fits a row.
    """
    done, last = 0, None
    while True:
        with transaction.atomic():
            rows = model._default_manager.select_for_update().order_by("pk")
            batch = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", name)[:BATCH])
            for pk, content in batch:
                if content:
                    model._default_manager.filter(pk=pk).update(**{name: encryption.rotate(content)})
                    done += 1
        if not batch:
            return done
        last = batch[-1][0]


class Command(BaseCommand):
    help = "Rechiffre brouillons, mails en attente et pièces d'identité sous la première clé d'ENCRYPTION_KEYS."

    def handle(self, **options: Any) -> None:
        for model, name in encrypted_fields():
            try:
                count = rotate(model, name)
            except InvalidToken:
                raise CommandError(
                    f"{model._meta.verbose_name} : une ligne ne se lit avec aucune clé d'ENCRYPTION_KEYS. "
                    "Remettez l'ancienne clé en fin de liste, puis relancez."
                ) from None
            self.stdout.write(f"{model._meta.verbose_name} : {count}")
