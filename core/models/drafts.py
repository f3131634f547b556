"""Unfinished input, kept encrypted until it serves or expires."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from core import encryption


class Draft(models.Model):
    """What somebody has typed and not finished, encrypted: the steps of a guided path, or a form kept for its author.

    ``owner`` is ``user:<id>`` or ``browser:<digest>``. Passwords and files never come here. A guided path keeps two
    things apart (``core.journeys``): the ``answers`` of its steps, and the ``extra`` values that are no answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("parcours", max_length=20)
    owner = models.CharField("propriétaire", max_length=80, db_index=True)
    content = models.BinaryField("contenu chiffré", default=bytes)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    changed_at = models.DateTimeField("saisi le", default=timezone.now)
    expires_at = models.DateTimeField("expire le", db_index=True)

    lock_rank = 9

    class Meta:
        verbose_name = "brouillon"

    def __str__(self) -> str:
        return f"Brouillon {self.kind} {self.id}"

    @staticmethod
    def owner_of(user: models.Model) -> str:
        """What ``owner`` says of the drafts of an account."""
        return f"user:{user.pk}"

    @property
    def data(self) -> dict[str, Any]:
        """All that is kept, decrypted."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @data.setter
    def data(self, data: dict[str, Any]) -> None:
        self.content = encryption.encrypt_json(data)

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answers of each step of a guided path, by the step's name."""
        return dict(self.data.get("answers", {}))

    @property
    def extra(self) -> dict[str, Any]:
        """What a guided path keeps beside its answers: the page to go to in the end."""
        return dict(self.data.get("extra", {}))

    def keep(self, *, answers: dict[str, dict[str, Any]] | None = None, extra: dict[str, Any] | None = None) -> None:
        """Replace the answers, or the extra values, or both; what is not given stays. Does not save."""
        self.data = {
            "answers": self.answers if answers is None else answers,
            "extra": self.extra if extra is None else extra,
        }

    def is_live(self, now: datetime) -> bool:
        """Not expired at *now*."""
        return self.expires_at > now
