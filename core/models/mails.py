"""Mails to send and mails sent."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from core import encryption
from core.text import fold


class OutgoingMail(models.Model):
    """One mail, from the transaction that decided it until the mail server has taken it (see ``core.outbox``).

    ``content`` holds what the templates need, encrypted because it may carry a link that opens something; it
    and ``recipient`` are emptied once the mail has left; ``recipient_digest`` stays, by which staff see what was sent
    to an address that they know. ``key`` makes a second request for the same mail do nothing. Until ``not_before`` no
    worker takes it, and whoever asked for it may still think better of it (``outbox.recall``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField("clé", max_length=200, unique=True, null=True, blank=True)
    template = models.CharField("modèle", max_length=100)
    recipient = models.EmailField("destinataire", blank=True)
    recipient_digest = models.CharField("empreinte du destinataire", max_length=64, blank=True, db_index=True)
    content = models.BinaryField("contenu chiffré", default=bytes)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    not_before = models.DateTimeField("pas avant", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    taken_at = models.DateTimeField("pris par un facteur le", null=True, blank=True)
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)
    last_error = models.CharField("dernière erreur", max_length=100, blank=True)

    class Meta:
        verbose_name = "mail"
        ordering = ("-created_at", "id")
        indexes: ClassVar = [models.Index(fields=["created_at"], name="mails_by_age")]

    def __str__(self) -> str:
        return f"Mail du {self.created_at:%d/%m/%Y}"

    @staticmethod
    def digest_of(address: str) -> str:
        """What is kept of an address; it cannot be read back."""
        return encryption.keyed_digest(fold(address.strip()), purpose="mail-recipient")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django does; the address is digested when the mail is made."""
        if self._state.adding and self.recipient:
            self.recipient_digest = self.digest_of(self.recipient)
        super().save(*args, **kwargs)

    @property
    def context(self) -> dict[str, Any]:
        """What the templates need, decrypted."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @context.setter
    def context(self, context: dict[str, Any]) -> None:
        self.content = encryption.encrypt_json(context)
