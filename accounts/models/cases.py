"""What only people can settle about who somebody is, and what the site settled by itself and staff should know."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.mandates import Mandate
from core import encryption


class IdentityCase(models.Model):
    """One claim that met another, or waits for a look by staff.

    ``user`` arrives, ``other`` holds. A person who has no account yet is known by ``facts`` alone: their name and
    how to reach them, encrypted, never a number.
    """

    class Kind(models.TextChoices):
        NUMBER_TAKEN = "number-taken", "numéro repris par une identité prouvée"
        NUMBER_CONTESTED = "number-contested", "numéro : deux identités prouvées"
        NUMBER_WAITS = "number-waits", "numéro : naissance à comparer"
        NUMBER_RELEASED = "number-released", "numéro libéré par l'ADM79"
        MANDATE_TAKEN = "mandate-taken", "mandat déclaré par un autre compte"
        MANDATE_CONTESTED = "mandate-contested", "mandat : deux identités prouvées"
        NAME_CHANGED = "name-changed", "FranceConnect relié sous un autre nom"
        NAME_WAITS = "name-waits", "FranceConnect : nom à vérifier"

    TO_DECIDE = frozenset({Kind.NUMBER_CONTESTED, Kind.NUMBER_WAITS, Kind.MANDATE_CONTESTED, Kind.NAME_WAITS})
    """Nobody gets anything before staff have looked; the others only tell what was done."""

    kind = models.CharField("question", max_length=20, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="identity_cases",
        verbose_name="qui arrive",
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="compte en place",
    )
    mandate = models.ForeignKey(Mandate, models.SET_NULL, null=True, blank=True, verbose_name="mandat")
    content = models.BinaryField("faits chiffrés", default=bytes)
    at = models.DateTimeField("le", default=timezone.now)
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="réglée par"
    )
    decision = models.TextField("décision", blank=True)

    class Meta:
        verbose_name = "question d'identité"
        verbose_name_plural = "questions d'identité"
        ordering = (models.F("settled_at").asc(nulls_first=True), "-at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "user", "mandate"],
                condition=Q(kind="mandate-contested"),
                name="one_case_per_contested_mandate",
            ),
            models.UniqueConstraint(
                fields=["kind", "other"],
                condition=Q(kind__in=("number-contested", "number-waits"), settled_at=None),
                name="one_open_case_per_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%d/%m/%Y})"

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of a person who has no account yet, by its name in words."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @facts.setter
    def facts(self, facts: dict[str, Any]) -> None:
        self.content = encryption.encrypt_json(facts)

    @property
    def waits_for_staff(self) -> bool:
        """Whether nothing happens until staff decide."""
        return self.settled_at is None and self.kind in self.TO_DECIDE
