"""When what happens by itself last happened."""

from django.db import models


class PeriodicRun(models.Model):
    """The last success of one job of ``run_periodic``, by which a timer that has stopped is noticed."""

    job = models.CharField("travail", max_length=60, primary_key=True)
    succeeded_at = models.DateTimeField("réussi le")

    class Meta:
        verbose_name = "passage périodique"
        verbose_name_plural = "passages périodiques"

    def __str__(self) -> str:
        return self.job
