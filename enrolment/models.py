"""From wish to seat: dossiers and their journal, the rights ledger, the identity check."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session


class State(models.TextChoices):
    """The states of a dossier; ``enrolment.workflow`` holds the only transitions between them."""

    DRAFT = "draft", "à envoyer"
    SENT = "sent", "envoyée"
    WAITING = "waiting", "en liste d'attente"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    CANCELLED = "cancelled", "annulée"
    ATTENDED = "attended", "formation suivie"
    ABSENT = "absent", "absence"
    LAPSED = "lapsed", "délai dépassé"


LIVE_STATES = (State.DRAFT, State.SENT, State.WAITING, State.ACCEPTED)
"""A person has at most one live dossier for a session."""
SEATED_STATES = (State.SENT, State.ACCEPTED, State.ATTENDED, State.ABSENT)
"""Those who hold a seat: ``Session.seats_taken`` is their number."""


class Proof(models.TextChoices):
    """How the person proved who they are for this dossier (the guide's branch)."""

    NONE = "", "—"
    FRANCECONNECT = "franceconnect", "FranceConnect"
    PASSWORD = "password", "mot de passe, identité vérifiée"


class Enrolment(models.Model):
    """A dossier: one person's request for one session.

    What was typed lives in the ``Draft`` of the same id until sent. The price, the deadline and its rule are those
    of the day of sending. ``rights_agreed`` is what the person agreed to use; ``rights_used`` what is reserved or used.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=12, unique=True, null=True, editable=False)  # noqa: DJ001  unique once given
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="enrolments", verbose_name="élu"
    )
    session = models.ForeignKey(Session, models.PROTECT, related_name="enrolments", verbose_name="session")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField("ouvert le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    proof = models.CharField("identification", max_length=15, choices=Proof, blank=True, default="")
    last_day_to_send = models.DateField("dernier jour d'envoi", null=True, blank=True)
    deadline_rule = models.CharField("règle du délai", max_length=40, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decision_reason = models.TextField("motif", blank=True)

    birth_name = models.CharField("nom de naissance", max_length=100, blank=True)
    usual_name = models.CharField("nom d'usage", max_length=100, blank=True)
    first_names = models.CharField("prénoms", max_length=150, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    email = models.EmailField("adresse mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    address = models.TextField("adresse", blank=True)
    mandate = models.CharField("mandat", max_length=200, blank=True)
    mandate_place = models.CharField("collectivité", max_length=200, blank=True)
    needs = models.TextField("besoins particuliers", blank=True)
    price = models.DecimalField("prix", max_digits=8, decimal_places=2, null=True, blank=True)
    rights_agreed = models.DecimalField("droits convenus", max_digits=8, decimal_places=2, default=Decimal(0))
    rights_used = models.DecimalField("droits mobilisés", max_digits=8, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "dossier d'inscription"
        verbose_name_plural = "dossiers d'inscription"
        ordering = ("-created_at", "id")
        indexes: ClassVar = [models.Index(fields=["session", "state", "sent_at"], name="dossiers_in_line")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "session"],
                condition=Q(state__in=LIVE_STATES),
                name="one_live_dossier_per_person_and_session",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True)
                | (
                    Q(reference__isnull=False)
                    & Q(price__isnull=False)
                    & Q(last_day_to_send__isnull=False)
                    & ~Q(birth_name="")
                    & ~Q(first_names="")
                    & ~Q(proof="")
                ),
                name="a_sent_dossier_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(state__in=(State.DRAFT, State.CANCELLED, State.LAPSED)),
                name="an_answered_dossier_was_sent",
            ),
            models.CheckConstraint(condition=Q(rights_used__gte=0), name="rights_used_not_negative"),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(rights_agreed__lte=F("price")),
                name="rights_agreed_within_the_price",
            ),
            models.CheckConstraint(
                condition=Q(rights_used=0) | Q(rights_used=F("rights_agreed")), name="rights_used_as_agreed"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or "Dossier à envoyer"

    def get_absolute_url(self) -> str:
        return reverse("enrolment:detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether something may still come of it."""
        return self.state in LIVE_STATES

    @property
    def to_pay(self) -> Decimal:
        """Euros that the rights agreed do not cover."""
        return (self.price or Decimal(0)) - self.rights_agreed

    @property
    def contact_email(self) -> str:
        """Where mails about this dossier go: what the dossier says once sent, the account's address before."""
        return self.email if self.sent_at else (self.user.email if self.user else "")


class EnrolmentEvent(models.Model):
    """Append-only journal: one row for each transition of a dossier; *source* is empty when it is opened."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="events", verbose_name="dossier")
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    transition = models.CharField("action", max_length=40)
    source = models.CharField("de", max_length=10, choices=State, blank=True)
    target = models.CharField("à", max_length=10, choices=State)
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "événement"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y} : {self.get_target_display()}"


class LedgerEntry(models.Model):
    """One dated movement of a person's rights, in euros; the balance is the sum.

    Append-only; written by ``enrolment.rights`` alone. Using rights is two entries: the reservation is given
    back and the same amount is used, so that each kind adds up by itself.
    """

    class Kind(models.TextChoices):
        CREDIT = "credit", "crédit annuel"
        RESERVATION = "reservation", "réservation pour une demande"
        RELEASE = "release", "réservation rendue"
        USE = "use", "formation suivie"
        CORRECTION = "correction", "correction par l'ADM79"

    user = models.ForeignKey(User, models.CASCADE, related_name="ledger", verbose_name="élu")
    at = models.DateTimeField("le", default=timezone.now)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    amount = models.DecimalField("montant (€)", max_digits=8, decimal_places=2)
    year = models.PositiveSmallIntegerField("année du crédit", null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="ledger", verbose_name="dossier"
    )
    reason = models.CharField("motif", max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "mouvement de droits"
        verbose_name_plural = "mouvements de droits"
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "year"], condition=Q(kind="credit"), name="one_credit_a_year"),
            models.CheckConstraint(
                condition=Q(kind="correction")
                | Q(kind__in=("credit", "release"), amount__gte=0)
                | Q(kind__in=("reservation", "use"), amount__lte=0),
                name="a_movement_goes_its_way",
            ),
            models.CheckConstraint(condition=~Q(kind="correction") | ~Q(reason=""), name="a_correction_says_why"),
            models.CheckConstraint(condition=~Q(kind="credit") | Q(year__isnull=False), name="a_credit_has_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} €"


class IdentityCheck(models.Model):
    """A verification of identity by ADM79 from a document, or recorded by staff when made at the Caisse des dépôts.

    Every status is reached through ``enrolment.identity``. What was typed stays only as long as it serves.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "à compléter"
        PENDING = "pending", "en cours de vérification"
        APPROVED = "approved", "identité vérifiée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"
        EXPIRED = "expired", "expirée"

    class Kind(models.TextChoices):
        CARD = "card", "Carte nationale d'identité"
        PASSPORT = "passport", "Passeport"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="identity_checks", verbose_name="élu")
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PENDING, editable=False)
    version = models.PositiveIntegerField(
        "envoi", default=1, editable=False, help_text="Un de plus à chaque remplacement."
    )
    by_post = models.BooleanField("faite auprès de la Caisse des dépôts", default=False, editable=False)
    submitted_at = models.DateTimeField("reçue le", default=timezone.now, editable=False)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidée par", editable=False
    )
    refusal_reason = models.TextField("motif du refus", blank=True, editable=False)
    document_kind = models.CharField("pièce", max_length=10, choices=Kind, blank=True)
    birth_name = models.CharField("nom de naissance", max_length=100, blank=True)
    usual_name = models.CharField("nom d'usage ou marital", max_length=100, blank=True)
    first_names = models.CharField("prénoms", max_length=150, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    birth_place = models.CharField("lieu de naissance", max_length=150, blank=True)
    nationality = models.CharField("nationalité", max_length=60, blank=True)

    class Meta:
        verbose_name = "vérification d'identité"
        verbose_name_plural = "vérifications d'identité"
        ordering = ("submitted_at",)
        permissions: ClassVar = [("decide_identitycheck", "Peut voir les pièces d'identité et décider")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="pending"), name="one_pending_identity_check"),
            models.UniqueConstraint(fields=["user"], condition=Q(status="draft"), name="one_draft_identity_check"),
            models.CheckConstraint(
                condition=~Q(status="pending")
                | (
                    ~Q(document_kind="")
                    & ~Q(birth_name="")
                    & ~Q(first_names="")
                    & Q(birth_date__isnull=False)
                    & ~Q(birth_place="")
                    & ~Q(nationality="")
                ),
                name="a_pending_identity_check_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", "refused")) | Q(decided_at__isnull=False),
                name="a_decided_identity_check_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Vérification de {self.user}"


class IdentityDocument(models.Model):
    """One side of an identity document, encrypted; lives only while its check is prepared or pending."""

    class Side(models.TextChoices):
        FRONT = "front", "recto"
        BACK = "back", "verso"

    check_row = models.ForeignKey(IdentityCheck, models.CASCADE, related_name="documents", verbose_name="vérification")
    side = models.CharField("côté", max_length=10, choices=Side)
    content_type = models.CharField("type", max_length=40)
    pages = models.PositiveSmallIntegerField("pages", default=1)
    received_at = models.DateTimeField("reçue le", default=timezone.now)
    content = models.BinaryField("contenu chiffré")

    class Meta:
        verbose_name = "pièce d'identité"
        verbose_name_plural = "pièces d'identité"
        ordering = ("-side",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["check_row", "side"], name="one_document_per_side")]

    def __str__(self) -> str:
        return self.get_side_display()


class IdentityEvent(models.Model):
    """Append-only journal of a check: sent, replaced, looked at, decided; who and when. Outlives the documents."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "envoyée"
        REPLACED = "replaced", "remplacée"
        LOOKED_AT = "looked_at", "pièce consultée"
        APPROVED = "approved", "approuvée"
        REFUSED = "refused", "refusée"
        RECORDED = "recorded", "enregistrée (Caisse des dépôts)"
        WITHDRAWN = "withdrawn", "retirée"
        EXPIRED = "expired", "expirée"

    check_row = models.ForeignKey(IdentityCheck, models.CASCADE, related_name="events", verbose_name="vérification")
    kind = models.CharField("action", max_length=10, choices=Kind)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    detail = models.CharField("précision", max_length=100, blank=True)

    class Meta:
        verbose_name = "événement de vérification"
        verbose_name_plural = "événements de vérification"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y}"


class SessionAffair(Session):
    """A session as the staff deals with its dossiers: cancel it, move it (``enrolment.sessions``)."""

    class Meta:
        proxy = True
        verbose_name = "session : annuler, déplacer"
        verbose_name_plural = "sessions : annuler, déplacer"
