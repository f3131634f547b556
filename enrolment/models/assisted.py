"""An enrolment that staff prepare for somebody who calls."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.models import Session
from core import encryption
from core.french import day
from enrolment.models.dossiers import Enrolment


class AssistedQuerySet(models.QuerySet["AssistedEnrolment"]):
    """Questions about prepared enrolments; moments are given."""

    def unfinished(self, now: datetime) -> Self:
        """Those that the person may still finish."""
        return self.filter(finished_at=None, revoked_at=None, expires_at__gt=now)


class AssistedEnrolment(models.Model):
    """What staff typed for somebody on the telephone, and the link by which that person finishes it themselves.

    It is no account: it holds no number, no proof, no mandate, and nothing is sent from it. ``content``, encrypted, is
    what waits for the person in the steps of account creation, and is emptied as soon as there is an account
    (``for_user``). The link is kept as a digest; drawing a new one ends the one before.
    """

    class AskedBy(models.TextChoices):
        """Who asked the ADM79 to prepare it."""

        SELF = "self", "la personne elle-même"
        TOWN_HALL = "town_hall", "sa mairie ou son intercommunalité"
        RELATIVE = "relative", "un proche"

    class Sent(models.TextChoices):
        """How the link left."""

        MAIL = "mail", "mail"
        LETTER = "letter", "lettre"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="assisted", verbose_name="session choisie")
    opened_at = models.DateTimeField("préparée le", default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="préparée par"
    )
    asked_by = models.CharField("demandée par", max_length=10, choices=AskedBy)
    asked_by_name = models.CharField("nom de qui demande", max_length=150, blank=True)
    recognised = models.TextField("reconnue comment", max_length=500)
    content = models.BinaryField("saisie chiffrée", default=bytes)
    typed = models.CharField("saisi par l'ADM79", max_length=300, blank=True)
    for_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    link_digest = models.CharField("empreinte du lien", max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  unique once there is one
    link_sent = models.CharField("lien envoyé par", max_length=6, choices=Sent, blank=True)
    link_sent_at = models.DateTimeField("lien envoyé le", null=True, blank=True)
    expires_at = models.DateTimeField("valable jusqu'au", db_index=True)
    finished_at = models.DateTimeField("finie par la personne le", null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="dossier"
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )

    objects = AssistedQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription accompagnée"
        verbose_name_plural = "inscriptions accompagnées"
        ordering = ("-opened_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(recognised=""), name="a_prepared_enrolment_says_how_recognised"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(for_user__isnull=False), name="finished_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Inscription préparée le {day(timezone.localdate(self.opened_at), weekday=False)}"

    @property
    def prepared(self) -> dict[str, Any]:
        """What staff typed, by field, decrypted; nothing once there is an account."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @prepared.setter
    def prepared(self, values: dict[str, Any]) -> None:
        self.content = encryption.encrypt_json(values) if values else b""

    @property
    def name(self) -> str:
        """Whose it is, for staff: « Jeanne MOREAU »."""
        if self.for_user:
            return str(self.for_user)
        values = self.prepared
        return f"{values.get('first_names', '')} {values.get('birth_name', '').upper()}".strip() or "—"

    def is_open(self, now: datetime) -> bool:
        """Whether the person may still finish it at *now*."""
        return self.finished_at is None and self.revoked_at is None and self.expires_at > now

    @property
    def state(self) -> str:
        """Where it stands, for staff."""
        if self.finished_at:
            return "finie par la personne"
        if self.revoked_at:
            return "annulée"
        if self.expires_at <= timezone.now():
            return "expirée"
        if not self.link_sent_at:
            return "lien à envoyer"
        return "compte créé, dossier à reprendre" if self.for_user and not self.content else "en attente de la personne"
