"""What keeps accounts safe: the browsers where somebody is logged in."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class OpenSession(models.Model):
    """A browser where the person is logged in, so that they can see it and close it from elsewhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions", verbose_name="compte"
    )
    session_key = models.CharField("clé", max_length=40, unique=True, editable=False)
    method = models.CharField("par", max_length=20)
    device = models.CharField("appareil", max_length=60, blank=True)
    remembered = models.BooleanField("rester connecté", default=False)
    closed_at = models.DateTimeField(
        "fermée ailleurs le",
        null=True,
        blank=True,
        help_text="« Déconnecter partout » : ce qui y était saisi se reprend.",
    )
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        ordering = ("-opened_at", "id")

    def __str__(self) -> str:
        return f"{self.device} {self.opened_at:%d/%m/%Y}"
