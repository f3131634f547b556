"""Who missed which half-day of a session."""

from typing import ClassVar

from django.db import models

from enrolment.models.dossiers import Enrolment


class MissedHalfDay(models.Model):
    """A half-day of the session that somebody accepted did not attend; written by ``enrolment.desk.presence``."""

    class Half(models.TextChoices):
        MORNING = "morning", "matin"
        AFTERNOON = "afternoon", "après-midi"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="missed", verbose_name="dossier")
    day = models.DateField("jour")
    half = models.CharField("demi-journée", max_length=10, choices=Half)

    class Meta:
        verbose_name = "demi-journée manquée"
        verbose_name_plural = "demi-journées manquées"
        ordering = ("day", "-half")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "day", "half"], name="a_half_day_is_missed_once")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {self.get_half_display()}"
