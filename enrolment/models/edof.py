"""Where EDOF and this site do not say the same: a work list."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enrolment.models.dossiers import Enrolment


class EdofDifference(models.Model):
    """One thing to look into, until somebody settles it or a later list of EDOF no longer shows it.

    *key* names the same difference from one list to the next. *who* and *number* are what EDOF says.
    """

    class Kind(models.TextChoices):
        THERE_NOT_HERE = "there_not_here", "dans EDOF, pas ici"
        HERE_NOT_THERE = "here_not_there", "ici, pas dans EDOF"
        OTHER_STATE = "other_state", "autre état"
        OTHER_AMOUNT = "other_amount", "autre montant"

    kind = models.CharField("nature", max_length=16, choices=Kind)
    key = models.CharField("clé", max_length=120)
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, null=True, blank=True, related_name="edof_differences", verbose_name="dossier"
    )
    number = models.CharField("numéro dans EDOF", max_length=40, blank=True)
    who = models.CharField("nom dans EDOF", max_length=200, blank=True)
    words = models.CharField("écart", max_length=300)
    seen_at = models.DateTimeField("vu le", default=timezone.now)
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="réglé par"
    )
    settled_how = models.CharField("comment", max_length=300, blank=True)

    class Meta:
        verbose_name = "écart avec EDOF"
        verbose_name_plural = "écarts avec EDOF"
        ordering = ("-seen_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=Q(settled_at=None), name="one_open_difference_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.enrolment or self.number or self.who}"
