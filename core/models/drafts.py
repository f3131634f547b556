"""Unfinished input of the guided paths."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models

from core import encryption


class Draft(models.Model):
    """Unfinished input of a guided path: the raw posted values of each step, encrypted.

    ``owner`` is ``user:<id>`` or ``browser:<token>``. Passwords and files never come here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("parcours", max_length=20)
    owner = models.CharField("propriétaire", max_length=80, db_index=True)
    content = models.BinaryField("contenu chiffré", default=bytes)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    expires_at = models.DateTimeField("expire le", db_index=True)

    class Meta:
        verbose_name = "brouillon"

    def __str__(self) -> str:
        return f"Brouillon {self.kind} {self.id}"

    @staticmethod
    def owner_of(user: models.Model) -> str:
        """What ``owner`` says of the drafts of an account."""
        return f"user:{user.pk}"

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """The answers of each step, by step name, decrypted (see ``core.journeys.journey``)."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @values.setter
    def values(self, values: dict[str, dict[str, Any]]) -> None:
        self.content = encryption.encrypt_json(values)

    def is_live(self, now: datetime) -> bool:
        """Not expired at *now*."""
        return self.expires_at > now
