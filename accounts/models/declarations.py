"""A mandate that the site has not found: what the person says of it, until staff decide."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.mandates import Mandate


class MandateDeclaration(models.Model):
    """Declared by the person: it gives nothing until staff confirm it; their dossiers begin with it."""

    class Status(models.TextChoices):
        PENDING = "pending", "à vérifier"
        CONFIRMED = "confirmed", "confirmé"
        REFUSED = "refused", "pas retrouvé"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mandate_declarations", verbose_name="compte"
    )
    function = models.CharField("fonction", max_length=120)
    kind = models.CharField("mandat", max_length=15, choices=Mandate.Kind, default=Mandate.Kind.MUNICIPAL)
    place = models.CharField("commune ou collectivité", max_length=200)
    since = models.DateField("depuis le")
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PENDING, editable=False)
    created_at = models.DateTimeField("déclaré le", default=timezone.now, editable=False)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidé par",
        editable=False,
    )
    answer = models.TextField("réponse", blank=True, editable=False)

    class Meta:
        verbose_name = "mandat déclaré, à vérifier"
        verbose_name_plural = "mandats déclarés, à vérifier"
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="pending"), name="one_pending_declaration_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.function} — {self.place}"
