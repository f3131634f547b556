"""The barème: the amounts of the DIF élus, by date."""

from datetime import date

from django.db import models


class Scale(models.Model):
    """A barème of the DIF élus: amounts in force from a date on, edited by staff, never written in code."""

    effective_from = models.DateField("en vigueur à partir du", unique=True)
    yearly_credit = models.DecimalField("crédit annuel (€)", max_digits=8, decimal_places=2)
    cap = models.DecimalField("plafond du compte (€)", max_digits=8, decimal_places=2)
    hourly_cap = models.DecimalField("prix horaire maximal (€ HT)", max_digits=8, decimal_places=2)
    to_confirm = models.BooleanField("à confirmer", default=False)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "barème"
        ordering = ("effective_from",)

    def __str__(self) -> str:
        return f"Barème du {self.effective_from:%d/%m/%Y}"

    @classmethod
    def in_force(cls, on: date) -> "Scale | None":
        """The barème that rules on the day *on*; None before the first one."""
        return cls.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
