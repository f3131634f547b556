"""Sessions of a training, and the places where they are held."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Commune
from catalogue.models.trainings import Indexed, Training


class Place(Indexed):
    """A room where sessions take place."""

    name = models.CharField("nom", max_length=150)
    address = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune")
    access = models.TextField("accès", blank=True)

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ("commune__name", "name")

    def __str__(self) -> str:
        return f"{self.name}, {self.commune.name}"


class SessionQuerySet(models.QuerySet["Session"]):
    """``session_status`` in SQL, for lists; days are given, never read from the clock.

    Of sessions whose training is published, as the pages for officials take them: ``of_published`` says so in SQL.
    """

    def of_published(self) -> Self:
        """Those of trainings that officials may see."""
        return self.filter(training__status=Training.Status.PUBLISHED)

    def begun(self, today: date) -> Self:
        """From their first day on, over or not, cancelled or not."""
        return self.filter(start__lte=today)

    def upcoming(self, today: date) -> Self:
        """Not cancelled and not yet begun."""
        return self.filter(cancelled_at__isnull=True, start__gt=today)

    def in_time(self, first_start: date) -> Self:
        """Not cancelled, and beginning on or after *first_start* (``in_force.first_open_start``)."""
        return self.filter(cancelled_at__isnull=True, start__gte=first_start)

    def open_from(self, first_start: date) -> Self:
        """In time, with seats left."""
        return self.in_time(first_start).filter(seats_taken__lt=F("seats"))

    def full_from(self, first_start: date) -> Self:
        """In time, for the waiting list only."""
        return self.in_time(first_start).filter(seats_taken__gte=F("seats"))


class Session(Indexed):
    """One run of a training: dates, place, seats. ``seats_taken`` is kept by ``enrolment.dossiers.workflow``."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions", verbose_name="formation")
    start = models.DateField("premier jour")
    end = models.DateField("dernier jour")
    schedule = models.CharField("horaires", max_length=100, blank=True, default="9 h – 17 h")
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="lieu"
    )
    remote = models.BooleanField("à distance", default=False)
    seats = models.PositiveSmallIntegerField("places", default=15)
    seats_taken = models.PositiveSmallIntegerField("places prises", default=0, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()
    lock_rank = 1

    class Meta:
        verbose_name = "session"
        ordering = ("start", "id")
        indexes: ClassVar = [
            models.Index(fields=["training", "start"], name="session_of_training_by_date"),
            models.Index(fields=["start", "end", "cancelled_at"], name="session_by_days_held"),
            models.Index(fields=["end", "start", "cancelled_at"], name="session_by_last_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(seats_taken__lte=F("seats")), name="session_seats_not_oversold"),
            models.CheckConstraint(condition=Q(remote=True) | Q(place__isnull=False), name="session_has_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.training.title} ({self.start:%d/%m/%Y})"

    @property
    def seats_left(self) -> int:
        return self.seats - self.seats_taken

    @property
    def where(self) -> str:
        """« Maison des maires, Niort », « à distance », or the one « ou » the other."""
        return self._or_remote(str(self.place) if self.place else "")

    @property
    def town(self) -> str:
        """« Niort », « à distance », or the one « ou » the other."""
        return self._or_remote(self.place.commune.name if self.place else "")

    def _or_remote(self, place: str) -> str:
        return where(place, remote=self.remote)


def where(place: str | None, *, remote: bool) -> str:
    """A place, « à distance », or the one « ou » the other."""
    return " ou ".join(filter(None, (place, "à distance" if remote else "")))
