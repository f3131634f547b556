"""The conditions générales d'utilisation, version by version, and who accepted which."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models.words import Published
from core.words.prose import HELP


class TermsVersion(Published):
    """A version of the conditions; in force from its publication until the next one's (``accounts.terms``)."""

    name = models.CharField(
        "version",
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        editable=False,  # NULL while it is a draft
    )
    changes = models.TextField(
        "ce qui change", max_length=2000, help_text="Lu par chacun à sa prochaine connexion, avant d'accepter."
    )
    text = models.TextField("texte entier", max_length=50_000, help_text=HELP)

    class Meta:
        verbose_name = "version des conditions"
        verbose_name_plural = "conditions d'utilisation"
        ordering = (models.F("published_at").desc(nulls_first=True), "-pk")

    def __str__(self) -> str:
        return f"Version {self.name}" if self.name else "Brouillon"


class TermsConsent(models.Model):
    """That a person accepted a version of the conditions, and when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="terms_consents", verbose_name="compte"
    )
    version = models.CharField("version acceptée", max_length=20)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "accord sur les conditions"
        verbose_name_plural = "accords sur les conditions"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "version"], name="one_consent_a_person_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.at:%d/%m/%Y}"
