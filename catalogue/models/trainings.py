"""Trainings, who gives them and what they are about."""

from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from catalogue.models.validators import validate_mcf_url, validate_siret


class ReferenceField(models.SlugField):
    """A training's printed name in addresses: kept and looked up in lower case, whatever is typed."""

    def to_python(self, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class Indexed(models.Model):
    """Something the search speaks of: saved in one transaction with the index (``catalogue.search.index``)."""

    class Meta:
        abstract = True

    @transaction.atomic(savepoint=False)
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)

    @transaction.atomic(savepoint=False)
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return super().delete(*args, **kwargs)


class Subject(Indexed):
    """A subject of the official list for elected officials' training."""

    name = models.CharField("thème", max_length=120, unique=True)

    class Meta:
        verbose_name = "thème"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TrainingBody(Indexed):
    """An approved training body (organisme de formation agréé)."""

    name = models.CharField("nom", max_length=200, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
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


class Trainer(Indexed):
    """Someone who teaches (intervenant)."""

    name = models.CharField("nom", max_length=150)
    presentation = models.TextField("présentation", blank=True)

    class Meta:
        verbose_name = "intervenant"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TrainingQuerySet(models.QuerySet["Training"]):
    """Questions about trainings, named as staff ask them."""

    def published(self) -> Self:
        """What officials may see."""
        return self.filter(status=Training.Status.PUBLISHED)


class Training(Indexed):
    """A training of the catalogue; ``reference`` is printed on the fiche and lives for ever."""

    class Status(models.TextChoices):
        DRAFT = "draft", "brouillon"
        PUBLISHED = "published", "publiée"
        WITHDRAWN = "withdrawn", "retirée"

    reference = ReferenceField(
        "référence",
        max_length=60,
        unique=True,
        help_text="Dans l'adresse imprimée sur la fiche ; ne change plus une fois la formation publiée.",
    )
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
    price = models.DecimalField(
        "prix (euros)", max_digits=8, decimal_places=2, help_text="net : la formation des élus est exonérée de TVA"
    )
    funding_aids = models.TextField("aides au financement", blank=True)
    mcf_url = models.URLField("lien Mon Compte Formation", max_length=500, blank=True, validators=[validate_mcf_url])
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name="remplacée par"
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "formation"
        ordering = ("title", "id")
        indexes: ClassVar = [models.Index(fields=["status"], name="training_by_status")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="training_price_not_negative"),
            models.CheckConstraint(condition=Q(duration_hours__gt=0), name="training_lasts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of(self.reference)


@lru_cache(maxsize=1000)
def address_of(reference: str) -> str:
    """The page of the training that bears this reference."""
    return reverse("catalogue:training", args=[reference])


class FormerReference(models.Model):
    """A reference that a training bore on paper before; it leads to the training for ever."""

    reference = ReferenceField("ancienne référence", max_length=60, unique=True)
    training = models.ForeignKey(Training, models.CASCADE, related_name="former_references", verbose_name="formation")

    class Meta:
        verbose_name = "ancienne référence"
        verbose_name_plural = "anciennes références"
        ordering = ("reference",)

    def __str__(self) -> str:
        return str(self.reference)
