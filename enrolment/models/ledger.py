"""The ledger of the DIF élus rights."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from enrolment.models.dossiers import Enrolment


class LedgerEntry(models.Model):
    """One dated movement of a person's rights, in euros; the balance is the sum.

    Append-only; written by ``enrolment.rights.ledger`` alone. Using rights is two entries: the reservation is given
    back and the same amount is used, so that each kind adds up by itself.
    """

    class Kind(models.TextChoices):
        CREDIT = "credit", "crédit annuel"
        RESERVATION = "reservation", "réservation pour une demande"
        RELEASE = "release", "réservation rendue"
        USE = "use", "formation suivie"
        USE_UNDONE = "use_undone", "présence notée par erreur"
        CORRECTION = "correction", "correction par l'ADM79"

    user = models.ForeignKey(User, models.CASCADE, related_name="ledger", verbose_name="élu")
    at = models.DateTimeField("le", default=timezone.now)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    amount = models.DecimalField("montant (€)", max_digits=8, decimal_places=2)
    year = models.PositiveSmallIntegerField("année du crédit", null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name="dossier"
    )
    reason = models.CharField("motif", max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "mouvement de droits"
        verbose_name_plural = "mouvements de droits"
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "year"], condition=Q(kind="credit"), name="one_credit_a_year"),
            models.CheckConstraint(
                condition=Q(kind="correction")
                | Q(kind__in=("credit", "release", "use_undone"), amount__gte=0)
                | Q(kind__in=("reservation", "use"), amount__lte=0),
                name="a_movement_goes_its_way",
            ),
            models.CheckConstraint(condition=~Q(kind="correction") | ~Q(reason=""), name="a_correction_says_why"),
            models.CheckConstraint(condition=~Q(kind="credit") | Q(year__isnull=False), name="a_credit_has_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} €"
