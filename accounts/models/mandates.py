"""Mandates of elected officials, which give the DIF élus right."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.degrees import Degree
from accounts.models.places import Commune


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Questions about mandates; days are given, never read from the clock."""

    def confirmed(self) -> Self:
        """Those whose holder is known for sure: a certified identity proves it, or staff have confirmed it."""
        return self.filter(status=Mandate.Status.CONFIRMED)

    def running(self, today: date) -> Self:
        """Those whose term has not ended."""
        return self.filter(Q(end=None) | Q(end__gte=today))

    def in_office(self, today: date) -> Self:
        """Confirmed, begun and not ended; the oldest first, which is the one that counts (the law)."""
        return self.confirmed().running(today).exclude(start__gt=today).order_by("start", "pk")


class Mandate(models.Model):
    """A mandate, from the register (RNE) or entered by staff; gives the DIF élus right once confirmed.

    ``user`` is the one proved holder, known to ``degree`` since ``held_since``. Who only says that it is theirs
    has a ``MandateClaim``, which gives nothing.
    """

    class Status(models.TextChoices):
        UNMATCHED = "unmatched", "sans titulaire prouvé"
        CONFIRMED = "confirmed", "confirmé"

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", "municipal"
        EPCI = "epci", "communautaire"
        DEPARTMENTAL = "departmental", "départemental"
        REGIONAL = "regional", "régional"

    class Source(models.TextChoices):
        """An import of the register changes its own rows; one that staff entered or corrected stays as they left it."""

        REGISTER = "rne", "répertoire national (RNE)"
        STAFF = "staff", "ADM79"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name="compte"
    )
    degree = models.PositiveSmallIntegerField("preuve", choices=Degree, null=True, blank=True, editable=False)
    held_since = models.DateTimeField("confirmé le", null=True, blank=True, editable=False)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.UNMATCHED)
    birth_name = models.CharField("nom", max_length=100, blank=True)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    name_key = models.CharField("nom normalisé", max_length=100, blank=True, db_index=True)
    sex = models.CharField("sexe", max_length=1, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    function = models.CharField("fonction", max_length=120)
    kind = models.CharField("mandat", max_length=15, choices=Kind, default=Kind.MUNICIPAL)
    department = models.CharField("département", max_length=3, blank=True, db_index=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, verbose_name="commune")
    place_name = models.CharField("collectivité", max_length=200, blank=True)
    start = models.DateField("début", null=True, blank=True)
    end = models.DateField("fin", null=True, blank=True)
    source = models.CharField("source", max_length=10, choices=Source, default=Source.STAFF, editable=False)
    source_key = models.CharField(
        "clé du répertoire", max_length=64, null=True, blank=True, unique=True, editable=False
    )

    objects = MandateQuerySet.as_manager()
    lock_rank = 6

    class Meta:
        verbose_name = "mandat"
        ordering = ("start", "id")
        indexes: ClassVar = [
            models.Index(fields=["start", "id"], name="mandates_by_start"),
            # whether a person is in office, asked of every request to answer
            models.Index(fields=["user", "status", "end", "start"], name="mandates_of_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="confirmed", user__isnull=False) | Q(status="unmatched", user__isnull=True),
                name="a_confirmed_mandate_has_its_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} — {self.place_name or self.commune or '?'}"

    @property
    def held(self) -> Degree | None:
        """How surely its holder is known; None when nobody has it, or only an account that was frozen."""
        if self.user is None or not self.user.is_active:
            return None
        return Degree(self.degree or Degree.DOCUMENT)


class MandateClaim(models.Model):
    """What one person was asked, or said, of one mandate: declared, hence provisional and exclusive of nothing."""

    class Answer(models.TextChoices):
        ASKED = "asked", "proposé"
        YES = "yes", "déclaré, à confirmer"
        NO = "no", "refusé"

    lock_rank = 7
    degree = Degree.DECLARED
    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="claims", verbose_name="mandat")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mandate_claims", verbose_name="compte"
    )
    answer = models.CharField("réponse", max_length=5, choices=Answer, default=Answer.ASKED)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "mandat déclaré"
        verbose_name_plural = "mandats déclarés"
        ordering = ("-at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mandate", "user"], name="one_claim_per_person_and_mandate")
        ]

    def __str__(self) -> str:
        return f"{self.mandate} : {self.get_answer_display()}"
