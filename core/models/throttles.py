"""Counts of failures, for the delays against guessing."""

from typing import ClassVar

from django.db import models


class Throttle(models.Model):
    """Failures counted for one key (an account's, a network's) and one purpose; kept by ``core.throttling``."""

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
