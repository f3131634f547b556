"""The phrases with which staff begin a reason; the mail carries what they made of it."""

from typing import ClassVar

from django.db import models


class ReasonPhrase(models.Model):
    """One ready-made reason for one act, edited by staff; *order* places it among those of its act."""

    class Act(models.TextChoices):
        REFUSE = "refuse", "refuser une demande"
        CANCEL = "cancel_by_staff", "annuler une demande"
        CANCEL_SESSION = "cancel_session", "annuler une session"
        TAKE_BACK = "take_back", "revenir sur une décision"
        REFUSE_DOCUMENT = "refuse_document", "refuser une pièce d'identité"

    act = models.CharField("pour", max_length=20, choices=Act)
    text = models.CharField("motif", max_length=300)
    order = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "motif"
        verbose_name_plural = "motifs"
        ordering = ("act", "order", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["act", "text"], name="one_phrase_per_act_and_text")]

    def __str__(self) -> str:
        return self.text
