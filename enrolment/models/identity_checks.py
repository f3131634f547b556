"""Verifications of identity from a document."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User


class IdentityCheck(models.Model):
    """A verification of identity by ADM79 from a document, or recorded by staff when made at the Caisse des dépôts.

    Every status is reached through ``identity_checks.checks`` and ``deciding``. What was typed stays only as long as
    it serves.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "à compléter"
        PENDING = "pending", "en cours de vérification"
        APPROVED = "approved", "identité vérifiée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"
        EXPIRED = "expired", "expirée"

    class Kind(models.TextChoices):
        CARD = "card", "Carte nationale d'identité"
        PASSPORT = "passport", "Passeport"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="identity_checks", verbose_name="élu")
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PENDING, editable=False)
    version = models.PositiveIntegerField(
        "envoi", default=1, editable=False, help_text="Un de plus à chaque remplacement."
    )
    by_post = models.BooleanField("faite auprès de la Caisse des dépôts", default=False, editable=False)
    submitted_at = models.DateTimeField("reçue le", default=timezone.now, editable=False)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidée par", editable=False
    )
    refusal_reason = models.TextField("motif du refus", blank=True, editable=False)
    document_kind = models.CharField("pièce", max_length=10, choices=Kind, blank=True)
    birth_name = models.CharField("nom de naissance", max_length=100, blank=True)
    usual_name = models.CharField("nom d'usage ou marital", max_length=100, blank=True)
    first_names = models.CharField("prénoms", max_length=150, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_place = models.CharField("lieu de naissance", max_length=150, blank=True)
    nationality = models.CharField("nationalité", max_length=60, blank=True)

    lock_rank = 4

    class Meta:
        verbose_name = "vérification d'identité"
        verbose_name_plural = "vérifications d'identité"
        ordering = ("submitted_at",)
        permissions: ClassVar = [("decide_identitycheck", "Peut voir les pièces d'identité et décider")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="pending"), name="one_pending_identity_check"),
            models.UniqueConstraint(fields=["user"], condition=Q(status="draft"), name="one_draft_identity_check"),
            models.CheckConstraint(
                condition=~Q(status="pending")
                | (
                    ~Q(document_kind="")
                    & ~Q(birth_name="")
                    & ~Q(first_names="")
                    & Q(birth_date__isnull=False)
                    & ~Q(birth_place="")
                    & ~Q(nationality="")
                ),
                name="a_pending_identity_check_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", "refused")) | Q(decided_at__isnull=False),
                name="a_decided_identity_check_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Vérification de {self.user}"


class IdentityDocument(models.Model):
    """One side of an identity document, encrypted; lives only while its check is prepared or pending."""

    class Side(models.TextChoices):
        FRONT = "front", "recto"
        BACK = "back", "verso"

    check_row = models.ForeignKey(IdentityCheck, models.CASCADE, related_name="documents", verbose_name="vérification")
    side = models.CharField("côté", max_length=10, choices=Side)
    content_type = models.CharField("type", max_length=40)
    pages = models.PositiveSmallIntegerField("pages", default=1)
    received_at = models.DateTimeField("reçue le", default=timezone.now)
    content = models.BinaryField("contenu chiffré")

    class Meta:
        verbose_name = "pièce d'identité"
        verbose_name_plural = "pièces d'identité"
        ordering = ("-side",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["check_row", "side"], name="one_document_per_side")]

    def __str__(self) -> str:
        return self.get_side_display()


class IdentityEvent(models.Model):
    """Append-only journal of a check: sent, replaced, looked at, decided; who and when. Outlives the documents."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "envoyée"
        REPLACED = "replaced", "remplacée"
        LOOKED_AT = "looked_at", "pièce consultée"
        APPROVED = "approved", "approuvée"
        REFUSED = "refused", "refusée"
        RECORDED = "recorded", "enregistrée (Caisse des dépôts)"
        WITHDRAWN = "withdrawn", "retirée"
        EXPIRED = "expired", "expirée"

    check_row = models.ForeignKey(IdentityCheck, models.CASCADE, related_name="events", verbose_name="vérification")
    kind = models.CharField("action", max_length=10, choices=Kind)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    detail = models.CharField("précision", max_length=100, blank=True)

    class Meta:
        verbose_name = "événement de vérification"
        verbose_name_plural = "événements de vérification"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y}"
