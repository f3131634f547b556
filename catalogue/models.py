"""What can be learnt: training bodies, trainings, their sessions and places, and the barème of their prices."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune
from catalogue.deep_links import validate_mcf_url, validate_siret


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
    """Something the search speaks of: saved in one transaction with the index (``catalogue.search_index``)."""

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
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="training_price_not_negative"),
            models.CheckConstraint(condition=Q(duration_hours__gt=0), name="training_lasts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalogue:training", args=[self.reference])


class FormerReference(models.Model):
    """A reference that a training bore on paper before; it leads to the training for ever."""

    reference = ReferenceField("ancienne référence", max_length=60, unique=True)
    training = models.ForeignKey(Training, models.CASCADE, related_name="former_references", verbose_name="formation")

    class Meta:
        verbose_name = "ancienne référence"
        verbose_name_plural = "anciennes références"
        ordering = ("reference",)

    def __str__(self) -> str:
        return self.reference


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about sessions; days are given, never read from the clock."""

    def upcoming(self, today: date) -> Self:
        """Not cancelled and not yet begun."""
        return self.filter(cancelled_at__isnull=True, start__gte=today)

    def open_from(self, first_start: date) -> Self:
        """Seats left, and beginning on or after *first_start* (``deadline_in_force.first_open_start``)."""
        return self.upcoming(first_start).filter(seats_taken__lt=F("seats"))


class Session(Indexed):
    """One run of a training: dates, place, seats. ``seats_taken`` is kept by ``enrolment.workflow``."""

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

    class Meta:
        verbose_name = "session"
        ordering = ("start", "id")
        indexes: ClassVar = [
            models.Index(fields=["training", "start"], name="session_of_training_by_date"),
            models.Index(fields=["start"], name="session_by_date"),
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
        return " ou ".join(filter(None, (place, "à distance" if self.remote else "")))


class Synonym(models.Model):
    """Expressions that officials use for one thing: « PLU, plan local d'urbanisme ». Edited by staff."""

    expressions = models.CharField(
        "expressions équivalentes",
        max_length=300,
        unique=True,
        help_text="Séparées par des virgules : « PLU, plan local d'urbanisme ».",
    )

    class Meta:
        verbose_name = "synonymes"
        verbose_name_plural = "synonymes"
        ordering = ("expressions",)

    def __str__(self) -> str:
        return self.expressions


class SearchEntry(models.Model):
    """The words under which a training is found, written by ``catalogue.search_index``, never by hand.

    The database keeps its own full-text index of the two columns (migration 0002): triggers and FTS5 on
    SQLite, generated ``tsvector`` columns on PostgreSQL.
    """

    training = models.OneToOneField(Training, models.CASCADE, primary_key=True, related_name="search_entry")
    title = models.TextField("mots du titre")
    body = models.TextField("mots de toute la fiche, titre compris")

    class Meta:
        verbose_name = "entrée de l'index de recherche"
        verbose_name_plural = "index de recherche"

    def __str__(self) -> str:
        return f"Index de {self.training_id}"


class SearchWord(models.Model):
    """A word of the catalogue, to be offered when something close to it was typed (« Vouliez-vous dire »)."""

    word = models.CharField("mot sans accent", max_length=100, primary_key=True)
    shown = models.CharField("mot", max_length=100)

    class Meta:
        verbose_name = "mot connu"
        verbose_name_plural = "mots connus"

    def __str__(self) -> str:
        return self.shown
