"""How many drafts passed each step of a guided path, by day: numbers without anybody."""

from typing import ClassVar

from django.db import models


class StepCount(models.Model):
    """So many drafts passed this step on this day, each counted once (``core.journeys.counts``)."""

    day = models.DateField("jour", db_index=True)
    path = models.CharField("parcours", max_length=20)
    step = models.CharField("étape", max_length=40)
    times = models.PositiveIntegerField("fois", default=0)

    class Meta:
        verbose_name = "passages d'une étape"
        verbose_name_plural = "passages des étapes"
        ordering = ("day", "path", "step")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "path", "step"], name="one_count_a_day_and_step")
        ]

    def __str__(self) -> str:
        return f"{self.path}, {self.step}, {self.day:%d/%m/%Y} : {self.times}"
