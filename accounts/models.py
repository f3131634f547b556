"""People: the account, the mandates that give rights, the identity that proves it, unfinished input."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import encryption


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


class Commune(models.Model):
    """A commune of France, by its COG code (code officiel géographique)."""

    code = models.CharField("code COG", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    name_key = models.CharField("nom normalisé", max_length=100, db_index=True, help_text="sans accent ni tiret, en minuscules")
    department = models.CharField("département", max_length=3, db_index=True)
    epci = models.CharField("SIREN de l'EPCI", max_length=9, blank=True, db_index=True)
    epci_name = models.CharField("EPCI", max_length=200, blank=True)
    population = models.PositiveIntegerField("population", default=0)

    class Meta:
        verbose_name = "commune"
        ordering = ("name", "code")

    def __str__(self) -> str:
        return self.name


class PostalCode(models.Model):
    """One postal code serves up to 17 communes; one commune may have several codes."""

    code = models.CharField("code postal", max_length=5, db_index=True)
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="postal_codes", verbose_name="commune")

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        ordering = ("code", "commune__name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "commune"], name="postal_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.commune.name}"


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

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: an official (found by the digest of the NIR) or staff (by username)."""

    class Certification(models.TextChoices):
        """Where the certified identity comes from; certified fields are read-only for the person."""

        NONE = "", "non certifiée"
        FRANCECONNECT = "franceconnect", "fournie par FranceConnect"
        DOCUMENT = "document", "vérifiée sur pièce par l'ADM79"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("identifiant du personnel", max_length=150, unique=True, null=True, blank=True)
    nir_digest = models.CharField("empreinte du NIR", max_length=64, unique=True, null=True, editable=False)
    is_staff = models.BooleanField("personnel de l'ADM79", default=False)
    is_active = models.BooleanField("compte actif", default=True)
    date_joined = models.DateTimeField("créé le", default=timezone.now)

    birth_name = models.CharField("nom de naissance", max_length=100, blank=True)
    usual_name = models.CharField("nom d'usage", max_length=100, blank=True)
    first_names = models.CharField("prénoms", max_length=150, blank=True)
    sex = models.CharField("sexe", max_length=1, blank=True, choices=[("F", "femme"), ("M", "homme")])
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_place = models.CharField("lieu de naissance", max_length=150, blank=True)
    nationality = models.CharField("nationalité", max_length=60, blank=True)
    birth_month_digest = models.CharField("empreinte du mois de naissance", max_length=64, blank=True, editable=False)
    birth_commune_digest = models.CharField("empreinte de la commune de naissance", max_length=64, blank=True, editable=False)
    certified_by = models.CharField("identité certifiée", max_length=20, blank=True, choices=Certification, default="")
    certified_at = models.DateTimeField("certifiée le", null=True, blank=True)
    diploma = models.CharField("diplôme le plus élevé", max_length=10, blank=True, choices=Diploma, default="")

    mobile = models.CharField("téléphone mobile", max_length=20, blank=True, help_text="E.164")
    landline = models.CharField("téléphone fixe", max_length=20, blank=True, help_text="E.164")
    email = models.EmailField("adresse mail", blank=True)
    email_confirmed_at = models.DateTimeField("adresse mail confirmée le", null=True, blank=True)

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

    terms_version = models.CharField("version des CGU acceptée", max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField("CGU acceptées le", null=True, blank=True)
    rights_balance = models.DecimalField(
        "droits disponibles",
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
        help_text="Euros de DIF élus ; tenu par enrolment.rights, égal à la somme du journal des droits.",
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        ordering = ("birth_name", "first_names", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rights_balance__gte=0), name="rights_balance_not_negative"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username or "Compte"

    def get_full_name(self) -> str:
        """First names and the name the person goes by: « Jeanne MARTIN »."""
        return f"{self.first_names} {(self.usual_name or self.birth_name).upper()}".strip()

    def get_short_name(self) -> str:
        return self.first_names.split(" ")[0] or self.birth_name

    @property
    def has_elu_account(self) -> bool:
        """Whether a mandate that this person confirmed, or staff attached, gives them DIF élus rights."""
        return self.mandates.filter(status=Mandate.Status.CONFIRMED).exists()


class Mandate(models.Model):
    """An elected office, from the register (RNE) or entered by staff; gives the DIF élus right once confirmed."""

    class Status(models.TextChoices):
        UNMATCHED = "unmatched", "sans compte"
        PROPOSED = "proposed", "proposé à la personne"
        CONFIRMED = "confirmed", "confirmé"

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", "municipal"
        EPCI = "epci", "communautaire"
        DEPARTMENTAL = "departmental", "départemental"
        REGIONAL = "regional", "régional"

    class Source(models.TextChoices):
        """An import of the register changes its own rows; one that staff entered or corrected stays as they left it."""

        REGISTER = "rne", "répertoire national (RNE)"
        STAFF = "staff", "ADM79"

    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="mandates", verbose_name="compte")
    rejected_by = models.ManyToManyField(
        User, blank=True, related_name="rejected_mandates", verbose_name="« ce n'est pas moi »", editable=False
    )
    status = models.CharField("état", max_length=10, choices=Status, default=Status.UNMATCHED)
    birth_name = models.CharField("nom", max_length=100, blank=True)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    name_key = models.CharField("nom normalisé", max_length=100, blank=True, db_index=True)
    sex = models.CharField("sexe", max_length=1, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    function = models.CharField("fonction", max_length=120)
    kind = models.CharField("mandat", max_length=15, choices=Kind, default=Kind.MUNICIPAL)
    department = models.CharField("département", max_length=3, blank=True, db_index=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, verbose_name="commune")
    place_name = models.CharField("collectivité", max_length=200, blank=True)
    start = models.DateField("début", null=True, blank=True)
    end = models.DateField("fin", null=True, blank=True)
    source = models.CharField("source", max_length=10, choices=Source, default=Source.STAFF, editable=False)
    source_key = models.CharField("clé du répertoire", max_length=64, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = "mandat"
        ordering = ("start", "id")

    def __str__(self) -> str:
        return f"{self.function} — {self.place_name or self.commune or '?'}"


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


class Draft(models.Model):
    """Unfinished input of a guided path: the raw posted values of each step, encrypted.

    ``owner`` is ``user:<id>`` or ``browser:<token>``. Passwords and files never come here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("parcours", max_length=20)
    owner = models.CharField("propriétaire", max_length=80, db_index=True)
    content = models.BinaryField("contenu chiffré", default=bytes)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    expires_at = models.DateTimeField("expire le", db_index=True)

    class Meta:
        verbose_name = "brouillon"

    def __str__(self) -> str:
        return f"Brouillon {self.kind} {self.id}"

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """The answers of each step, by step name, decrypted (see ``accounts.steps``)."""
        return encryption.decrypt_json(self.content) if self.content else {}

    @values.setter
    def values(self, values: dict[str, dict[str, Any]]) -> None:
        self.content = encryption.encrypt_json(values)

    def is_live(self, now: datetime) -> bool:
        """Not expired at *now*."""
        return self.expires_at > now


class Throttle(models.Model):
    """Failures counted for one key (digest of an account's NIR, or of a network) and one purpose."""

    purpose = models.CharField(max_length=30)
    key_digest = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    day = models.DateField()
    failures_today = models.PositiveIntegerField(default=0)
    last_failure_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "frein"
        constraints: ClassVar = [models.UniqueConstraint(fields=["purpose", "key_digest"], name="one_throttle_per_key")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.failures}"
