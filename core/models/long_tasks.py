"""Long work that somebody asked for, and may leave and come back to."""

import uuid
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from core import encryption


class LongTask(models.Model):
    """A file, or a text, that staff gave: read in the background, shown, and written once they confirm.

    ``core.long_tasks`` alone moves it from state to state. ``content`` (what was given, compressed) and ``report``
    (what was found, JSON) are encrypted: they may name people; the first is emptied when the work ends.
    ``alive_until``: a worker that is not heard of by then was killed.
    """

    class State(models.TextChoices):
        READING = "reading", "lecture en attente"
        LOOKING = "looking", "lecture en cours"
        SHOWN = "shown", "à confirmer"
        CONFIRMED = "confirmed", "écriture en attente"
        WRITING = "writing", "écriture en cours"
        DONE = "done", "terminé"
        FAILED = "failed", "arrêté"
        DROPPED = "dropped", "abandonné"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("nature", max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="demandé par"
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.READING)
    content = models.BinaryField("contenu chiffré", default=bytes)
    options = models.JSONField("choix", default=dict)
    report = models.BinaryField("compte rendu chiffré", default=bytes)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("en tout", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    alive_until = models.DateTimeField("en vie jusqu'à", null=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now, db_index=True)
    ended_at = models.DateTimeField("terminé le", null=True)

    class Meta:
        verbose_name = "travail long"
        verbose_name_plural = "travaux longs"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def given(self) -> bytes:
        """What staff gave, decrypted."""
        return zlib.decompress(encryption.decrypt(self.content)) if self.content else b""

    def take(self, given: Iterable[bytes]) -> None:
        """Keep what staff gave, piece by piece; does not save."""
        packing = zlib.compressobj(6)
        packed = [packing.compress(piece) for piece in given]
        self.content = encryption.encrypt(b"".join([*packed, packing.flush()]))

    @property
    def found(self) -> dict[str, Any]:
        """What was found, or done, decrypted."""
        return encryption.decrypt_json(self.report) if self.report else {}

    @property
    def is_running(self) -> bool:
        """Whether a worker has it, dead or alive."""
        return self.state in {self.State.LOOKING, self.State.WRITING}

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a worker."""
        return self.state in {self.State.READING, self.State.CONFIRMED}

    def is_lost(self, now: datetime) -> bool:
        """Whether its worker was killed."""
        return self.is_running and (self.alive_until is None or self.alive_until < now)
