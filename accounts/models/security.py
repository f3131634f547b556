"""What keeps accounts safe: failures counted, sessions known."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Throttle(models.Model):
    """Failures counted for one key (an account's, a network's) and one purpose; kept by ``accounts.throttling``."""

    purpose = models.CharField("usage", max_length=30)
    key_digest = models.CharField("empreinte", max_length=64)
    failures = models.PositiveIntegerField("échecs de suite", default=0)
    day = models.DateField("jour")
    failures_today = models.PositiveIntegerField("échecs du jour", default=0)
    last_failure_at = models.DateTimeField("dernier échec", db_index=True)
    blocked_until = models.DateTimeField("attente jusqu'à", null=True, blank=True)

    class Meta:
        verbose_name = "frein"
        constraints: ClassVar = [models.UniqueConstraint(fields=["purpose", "key_digest"], name="one_throttle_per_key")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.failures}"


class OpenSession(models.Model):
    """A browser where the person is logged in, so that they can see it and close it from elsewhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions", verbose_name="compte"
    )
    session_key = models.CharField("clé", max_length=40, unique=True, editable=False)
    method = models.CharField("par", max_length=20)
    device = models.CharField("appareil", max_length=60, blank=True)
    remembered = models.BooleanField("rester connecté", default=False)
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        ordering = ("-opened_at", "id")

    def __str__(self) -> str:
        return f"{self.device} {self.opened_at:%d/%m/%Y}"
