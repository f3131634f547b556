"""The account of a person, and who FranceConnect says the person is."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.degrees import Degree
from accounts.models import finding
from accounts.models.places import Commune
from core.locks import lock_one


class Diploma(models.TextChoices):
    """« Diplôme le plus élevé », the national levels; « Non renseigné » comes first (the guide)."""

    UNSPECIFIED = "", "Non renseigné"
    NONE = "none", "Sans diplôme"
    LEVEL_3 = "3", "Niveau 3 (CAP, BEP)"
    LEVEL_4 = "4", "Niveau 4 (baccalauréat)"
    LEVEL_5 = "5", "Niveau 5 (BTS, DUT, DEUG)"
    LEVEL_6 = "6", "Niveau 6 (licence, BUT, maîtrise)"
    LEVEL_7 = "7", "Niveau 7 (master, ingénieur)"
    LEVEL_8 = "8", "Niveau 8 (doctorat)"


class UserManager(BaseUserManager["User"]):
    """Accounts are made by ``accounts.signup``; staff and the demo use these."""

    def create_user(self, username: str | None = None, password: str | None = None, **fields: Any) -> "User":
        """A saved account; *username* only for staff, an official has a NIR digest instead."""
        user = self.model(username=username or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Staff with every right."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def lock(self, user: "User") -> "User":
        """The account's row, locked (``core.locks``): two tabs, or the person and staff at once, wait here."""
        return lock_one(self.filter(pk=user.pk))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # django-otp is untyped
    """A person with an account: an official (found by the digest of the NIR) or staff (by username)."""

    class Certification(models.TextChoices):
        """Where the certified identity comes from; certified fields are read-only for the person."""

        NONE = "", "non certifiée"
        FRANCECONNECT = "franceconnect", "fournie par FranceConnect"
        DOCUMENT = "document", "vérifiée sur pièce par l'ADM79"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("identifiant du personnel", max_length=150, unique=True, null=True, blank=True)
    # NULL and not "" for staff and closed accounts: a unique column takes any number of NULLs.
    nir_digest = models.CharField("empreinte du NIR", max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    is_staff = models.BooleanField("personnel de l'ADM79", default=False)
    is_active = models.BooleanField("compte actif", default=True)
    date_joined = models.DateTimeField("créé le", default=timezone.now)

    birth_name = models.CharField("nom de naissance", max_length=100, blank=True)
    usual_name = models.CharField("nom d'usage", max_length=100, blank=True)
    first_names = models.CharField("prénoms", max_length=150, blank=True)
    sex = models.CharField("sexe", max_length=1, blank=True, choices=[("F", "femme"), ("M", "homme")])
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_place = models.CharField("lieu de naissance", max_length=150, blank=True)
    birth_place_doubtful = models.BooleanField(
        "lieu de naissance à vérifier",
        default=False,
        editable=False,
        help_text="Le numéro de sécurité sociale indique un autre département que FranceConnect.",
    )
    nationality = models.CharField("nationalité", max_length=60, blank=True)
    birth_month_digest = models.CharField("empreinte du mois de naissance", max_length=64, blank=True, editable=False)
    certified_by = models.CharField("identité certifiée", max_length=20, blank=True, choices=Certification, default="")
    certified_at = models.DateTimeField("certifiée le", null=True, blank=True)
    diploma = models.CharField("diplôme le plus élevé", max_length=10, blank=True, choices=Diploma, default="")

    mobile = models.CharField("téléphone mobile", max_length=20, blank=True, help_text="E.164")
    landline = models.CharField("téléphone fixe", max_length=20, blank=True, help_text="E.164")
    email = models.EmailField("adresse mail", blank=True)
    email_confirmed_at = models.DateTimeField("adresse mail confirmée le", null=True, blank=True)
    email_failed = models.EmailField("adresse mail qui ne reçoit pas", blank=True)
    email_wanted = models.EmailField("nouvelle adresse à confirmer", blank=True)

    street_number = models.CharField("numéro de voie", max_length=10, blank=True)
    repetition = models.CharField("indice de répétition", max_length=12, blank=True)
    street_type = models.CharField("type de voie", max_length=40, blank=True)
    street_name = models.CharField("nom de la voie", max_length=150, blank=True)
    address_extra = models.CharField("complément d'adresse", max_length=150, blank=True)
    locality = models.CharField("lieu-dit", max_length=150, blank=True)
    postal_code = models.CharField("code postal", max_length=20, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    commune = models.ForeignKey(Commune, models.SET_NULL, null=True, blank=True, verbose_name="commune")
    country = models.CharField("pays", max_length=60, blank=True, default="France")

    reset_digest = models.CharField("empreinte du lien de mot de passe", max_length=64, blank=True, editable=False)
    reset_sent_at = models.DateTimeField("lien de mot de passe envoyé le", null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField("gelé le", null=True, blank=True, editable=False, db_index=True)
    frozen_nir_digest = models.CharField("empreinte du NIR repris", max_length=64, blank=True, editable=False)
    taken_over_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="repris par", editable=False
    )
    unused_warned_at = models.DateTimeField("prévenu de l'effacement le", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("fermé le", null=True, blank=True, editable=False)
    terms_version = models.CharField("version des CGU acceptée", max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField("CGU acceptées le", null=True, blank=True)
    rights_balance = models.DecimalField(
        "crédits calculés",
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
        help_text="Euros de DIF élus que les mandats ont pu apporter d'après les barèmes ; ce n'est pas un solde.",
    )
    found_by = models.TextField("mots qui retrouvent la personne", blank=True, default="", editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()
    lock_rank = 3

    class Meta:
        verbose_name = "compte"
        ordering = ("birth_name", "first_names", "id")
        permissions: ClassVar = [
            ("manage_staff", "Peut gérer les comptes du personnel"),
            ("find_number", "Peut retrouver et libérer un numéro de sécurité sociale"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["birth_name", "first_names", "id"], name="people_by_name"),
            models.Index(fields=["email_failed"], condition=~Q(email_failed=""), name="people_to_call"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rights_balance__gte=0), name="rights_balance_not_negative"),
            models.CheckConstraint(
                condition=Q(frozen_at=None) | Q(nir_digest=None, is_active=False),
                name="a_frozen_account_holds_no_number",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username or "Compte"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """As Django does, with the line by which the person is found as soon as a field that makes it is written."""
        fields = None if update_fields is None else set(update_fields)
        if fields is None or fields & finding.SOURCES:
            self.found_by = finding.line_of(self)
            fields = None if fields is None else fields | {"found_by"}
        super().save(*args, update_fields=fields, **kwargs)

    def get_full_name(self) -> str:
        """First names and the name the person goes by: « Jeanne MARTIN »."""
        return f"{self.first_names} {(self.usual_name or self.birth_name).upper()}".strip()

    def get_short_name(self) -> str:
        return self.first_names.split(" ")[0] or self.birth_name

    @property
    def degree(self) -> Degree:
        """How surely this account's identity, hence its number, is known."""
        return {
            self.Certification.FRANCECONNECT: Degree.FRANCECONNECT,
            self.Certification.DOCUMENT: Degree.DOCUMENT,
        }.get(self.Certification(self.certified_by), Degree.DECLARED)

    @property
    def has_elu_account(self) -> bool:
        """Whether a mandate that their identity proves, or that staff confirmed, gives them DIF élus rights."""
        return self.mandates.confirmed().exists()


class FranceConnectIdentity(models.Model):
    """Who FranceConnect says the person is: issuer and ``sub``, one account each way."""

    user = models.OneToOneField(User, models.CASCADE, related_name="franceconnect", verbose_name="compte")
    issuer = models.URLField("fournisseur")
    sub = models.CharField("sub", max_length=255)
    linked_at = models.DateTimeField("reliée le", default=timezone.now)
    last_login_at = models.DateTimeField("dernière connexion", null=True, blank=True)

    class Meta:
        verbose_name = "identité FranceConnect"
        verbose_name_plural = "identités FranceConnect"
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "sub"], name="one_account_per_identity")]

    def __str__(self) -> str:
        return f"FranceConnect de {self.user}"


class EmailChange(models.Model):
    """A change of mail address that staff asked for: it waits for a second look or a day (``email_confirmation``)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="email_change", verbose_name="compte")
    email = models.EmailField("adresse demandée")
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="demandée par", editable=False
    )
    asked_at = models.DateTimeField("demandée le", default=timezone.now)

    class Meta:
        verbose_name = "changement d'adresse en attente"
        verbose_name_plural = "changements d'adresse en attente"
        ordering = ("asked_at", "pk")

    def __str__(self) -> str:
        return f"Adresse de {self.user}"


class CorrectionRequest(models.Model):
    """A person asks ADM79 to correct a certified field, which they cannot change themselves; staff decide."""

    class Status(models.TextChoices):
        PENDING = "pending", "à traiter"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    class Field(models.TextChoices):
        """The certified fields, by their name in ``User``."""

        BIRTH_NAME = "birth_name", "Nom de naissance"
        USUAL_NAME = "usual_name", "Nom d'usage"
        FIRST_NAMES = "first_names", "Prénoms"
        SEX = "sex", "Sexe"
        BIRTH_DATE = "birth_date", "Date de naissance"
        BIRTH_PLACE = "birth_place", "Lieu de naissance"
        NATIONALITY = "nationality", "Nationalité"

    user = models.ForeignKey(User, models.CASCADE, related_name="corrections", verbose_name="compte")
    field = models.CharField("information", max_length=20, choices=Field)
    wanted = models.CharField("valeur demandée", max_length=150)
    explanation = models.TextField("explication", max_length=1000, blank=True)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PENDING, editable=False)
    created_at = models.DateTimeField("demandée le", default=timezone.now)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidée par", editable=False
    )
    answer = models.TextField("réponse", blank=True)

    lock_rank = 5

    class Meta:
        verbose_name = "demande de correction"
        verbose_name_plural = "demandes de correction"
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "field"], condition=Q(status="pending"), name="one_pending_correction_per_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} de {self.user}"
