"""The barème: the amounts of the DIF élus, by date."""

from datetime import date

from django.db import models


class HourlyRule(models.TextChoices):
    """What the site does with a training whose hour costs more than the barème's ceiling: staff choose."""

    REFUSE = "refuse", "un prix plus élevé est refusé"
    WARN = "warn", "un prix plus élevé est signalé, et accepté"


class Scale(models.Model):
    """A barème of the DIF élus: amounts in force from a date on, edited by staff, never written in code."""

    effective_from = models.DateField("en vigueur à partir du", unique=True)
    yearly_credit = models.DecimalField("crédit annuel (€)", max_digits=8, decimal_places=2)
    cap = models.DecimalField("plafond du compte (€)", max_digits=8, decimal_places=2)
    hourly_cap = models.DecimalField("prix horaire maximal (€ HT)", max_digits=8, decimal_places=2)
    hourly_rule = models.CharField("règle du prix horaire", max_length=6, choices=HourlyRule, default=HourlyRule.REFUSE)
    hourly_rule_confirmed = models.BooleanField(
        "règle du prix horaire confirmée",
        default=False,
        help_text="À cocher quand un texte la confirme. D'ici là le site rappelle au personnel qu'elle est à "
        "confirmer ; les élus ne la voient jamais.",
    )
    to_confirm = models.BooleanField(
        "à confirmer", default=False, help_text="Des montants à confirmer ne sont pas montrés aux élus."
    )
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "barème"
        ordering = ("effective_from",)

    def __str__(self) -> str:
        return f"Barème du {self.effective_from:%d/%m/%Y}"

    @property
    def hourly_rule_in_words(self) -> str:
        """For staff: the rule, and that it is unconfirmed as long as it is."""
        words = HourlyRule(self.hourly_rule).label
        return str(words) if self.hourly_rule_confirmed else f"{words} (règle à confirmer)"

    @classmethod
    def in_force(cls, on: date) -> "Scale | None":
        """The barème that rules on the day *on*; None before the first one."""
        return cls.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
