"""From one year to the next: the school holidays to avoid, and which training takes up which."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalogue.models.trainings import Training


class SchoolHoliday(models.Model):
    """School holidays of zone A (the academy of Poitiers), as staff copy them from the official calendar."""

    name = models.CharField("vacances", max_length=80, help_text="Par exemple : vacances de la Toussaint 2027")
    first_day = models.DateField("premier jour sans classe")
    last_day = models.DateField("dernier jour sans classe")
    source = models.CharField(
        "source", max_length=200, help_text="L'arrêté ou la page du ministère de l'Éducation nationale."
    )

    class Meta:
        verbose_name = "vacances scolaires (zone A)"
        verbose_name_plural = "vacances scolaires (zone A)"
        ordering = ("first_day", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="school_holiday_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class Renewal(models.Model):
    """« Reprise »: the draft that takes up a training for another year. One a training and year."""

    source = models.ForeignKey(Training, models.CASCADE, related_name="renewals", verbose_name="formation reprise")
    year = models.PositiveSmallIntegerField("pour l'année")
    training = models.OneToOneField(Training, models.CASCADE, related_name="renewal", verbose_name="nouvelle formation")
    created_at = models.DateTimeField("reprise le", default=timezone.now)

    class Meta:
        verbose_name = "reprise d'une formation"
        verbose_name_plural = "reprises de formations"
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "year"], name="one_renewal_a_training_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.training} ({self.year})"
