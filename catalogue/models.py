"""What can be learnt: training bodies, trainings, their sessions and places."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune


class Subject(models.Model):
    """A subject of the official list for elected officials' training."""

    name = models.CharField("thème", max_length=120, unique=True)

    class Meta:
        verbose_name = "thème"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TrainingBody(models.Model):
    """An approved training body (organisme de formation agréé)."""

    name = models.CharField("nom", max_length=200, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    approval_number = models.CharField("numéro d'agrément", max_length=40, blank=True)
    approval_end = models.DateField("fin de l'agrément", null=True, blank=True)
    email = models.EmailField("adresse mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    accessibility_contact = models.CharField("référent handicap", max_length=200, blank=True)

    class Meta:
        verbose_name = "organisme de formation"
        verbose_name_plural = "organismes de formation"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Trainer(models.Model):
    """Someone who teaches (intervenant)."""

    name = models.CharField("nom", max_length=150)
    presentation = models.TextField("présentation", blank=True)

    class Meta:
        verbose_name = "intervenant"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
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


class Training(models.Model):
    """A training of the catalogue; ``reference`` is printed on the fiche and lives for ever."""

    class Status(models.TextChoices):
        DRAFT = "draft", "brouillon"
        PUBLISHED = "published", "publiée"
        WITHDRAWN = "withdrawn", "retirée"

    reference = models.SlugField("référence", max_length=60, unique=True)
    title = models.CharField("titre", max_length=200)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.DRAFT)
    body = models.ForeignKey(TrainingBody, models.PROTECT, related_name="trainings", verbose_name="organisme")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="trainings", verbose_name="thème")
    trainers = models.ManyToManyField(Trainer, blank=True, related_name="trainings", verbose_name="intervenants")
    summary = models.CharField("résumé", max_length=300, blank=True)
    strong_points = models.TextField("points forts", blank=True)
    objectives = models.TextField("objectifs", blank=True)
    programme = models.TextField("programme", blank=True)
    teaching_means = models.TextField("moyens pédagogiques", blank=True)
    evaluation = models.TextField("évaluation", blank=True)
    audience = models.CharField("public", max_length=200, blank=True)
    prerequisites = models.CharField("prérequis", max_length=200, blank=True)
    duration_hours = models.DecimalField("durée (heures)", max_digits=5, decimal_places=2)
    duration_days = models.DecimalField("durée (jours)", max_digits=4, decimal_places=1, default=Decimal(1))
    price = models.DecimalField("prix (euros)", max_digits=8, decimal_places=2)
    funding_aids = models.TextField("aides au financement", blank=True)
    mcf_url = models.URLField("lien Mon Compte Formation", max_length=500, blank=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, verbose_name="remplacée par")
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "formation"
        ordering = ("title", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="training_price_not_negative"),
            models.CheckConstraint(condition=Q(duration_hours__gt=0), name="training_lasts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalogue:training", args=[self.reference])


class Session(models.Model):
    """One run of a training: dates, place, seats. ``seats_taken`` is kept by ``enrolment.workflow``."""

    training = models.ForeignKey(Training, models.PROTECT, related_name="sessions", verbose_name="formation")
    start = models.DateField("premier jour")
    end = models.DateField("dernier jour")
    schedule = models.CharField("horaires", max_length=100, blank=True, default="9 h – 17 h")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="lieu")
    remote = models.BooleanField("à distance", default=False)
    seats = models.PositiveSmallIntegerField("places", default=15)
    seats_taken = models.PositiveSmallIntegerField("places prises", default=0, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "session"
        ordering = ("start", "id")
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
