"""Who asked to be told when a session opens: « Prévenez-moi »."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.models.sessions import Session
from catalogue.models.trainings import Training


class Interest(models.Model):
    """One person waits for one thing: a session of a training, or of whatever words and a place find.

    Written only when the person presses « Prévenez-moi »; a search by itself leaves nothing of anybody. Told once:
    ``told_at`` ends it (``catalogue.demand.interests``).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="interests", verbose_name="élu", editable=False
    )
    training = models.ForeignKey(
        Training, models.CASCADE, null=True, blank=True, related_name="interests", verbose_name="formation"
    )
    words = models.CharField("mots cherchés", max_length=200, blank=True)
    place = models.CharField("lieu cherché", max_length=200, blank=True)
    asked_at = models.DateTimeField("demandé le", default=timezone.now, db_index=True)
    told_at = models.DateTimeField("prévenu le", null=True, blank=True)
    told_of = models.ForeignKey(
        Session, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="de la session"
    )

    class Meta:
        verbose_name = "élu à prévenir"
        verbose_name_plural = "élus à prévenir"
        ordering = ("asked_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "training"],
                condition=Q(told_at=None, training__isnull=False),
                name="one_live_interest_a_person_and_training",
            ),
            models.UniqueConstraint(
                fields=["user", "words", "place"],
                condition=Q(told_at=None, training=None),
                name="one_live_interest_a_person_and_search",
            ),
            models.CheckConstraint(
                condition=Q(training__isnull=False, words="", place="")
                | (Q(training=None) & (~Q(words="") | ~Q(place=""))),
                name="an_interest_is_in_a_training_or_a_search",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def what(self) -> str:
        """« La gestion du domaine public », « finances, Melle », « Melle »."""
        return self.training.title if self.training else ", ".join(filter(None, (self.words, self.place)))
