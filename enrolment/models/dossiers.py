"""Dossiers and their journal."""

import uuid
from decimal import Decimal
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session
from enrolment.models.funding import WITH_DIF, Funding


class State(models.TextChoices):
    """The states of a dossier; ``enrolment.dossiers.workflow`` holds the only transitions between them."""

    DRAFT = "draft", "à envoyer"
    SENT = "sent", "envoyée"
    WAITING = "waiting", "en liste d'attente"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
    CANCELLED = "cancelled", "annulée"
    ATTENDED = "attended", "formation suivie"
    ABSENT = "absent", "absence"
    LAPSED = "lapsed", "délai dépassé"

    @property
    def words(self) -> str:
        """The state in a sentence: « demande envoyée »; « formation suivie », which is no state of a demand."""
        alone = {State.ATTENDED, State.ABSENT, State.LAPSED}
        return str(self.label) if self in alone else f"demande {self.label}"


LIVE_STATES = (State.DRAFT, State.SENT, State.WAITING, State.ACCEPTED)
"""A person has at most one live dossier for a session."""
SEATED_STATES = (State.SENT, State.ACCEPTED, State.ATTENDED, State.ABSENT)
"""Those who hold a seat: ``Session.seats_taken`` is their number."""


class Proof(models.TextChoices):
    """How the person proved who they are for this dossier (the guide's branch)."""

    NONE = "", "—"
    FRANCECONNECT = "franceconnect", "FranceConnect"
    PASSWORD = "password", "mot de passe, identité vérifiée"


_ANY = uuid.UUID(int=0)


def address_of(dossier: uuid.UUID, view: str, *more: str) -> str:
    """The page *view* of a dossier. What is remembered of it is the address of no dossier, hence of nobody."""
    return _address(view, more).replace(str(_ANY), str(dossier))


@cache
def _address(view: str, more: tuple[str, ...]) -> str:
    return reverse(f"enrolment:{view}", args=[_ANY, *more])


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
    offered_at = models.DateTimeField("place proposée le", null=True, blank=True, editable=False)
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
    funding = models.CharField("financement", max_length=6, choices=Funding, default=Funding.DIF)
    accepts_mcf_risk = models.BooleanField("risque de délai accepté", default=False)
    sums_to_agree = models.BooleanField("nouveaux montants à accepter", default=False)
    price = models.DecimalField("prix", max_digits=8, decimal_places=2, null=True, blank=True)
    rights_agreed = models.DecimalField("droits convenus", max_digits=8, decimal_places=2, default=Decimal(0))
    public_agreed = models.DecimalField("part de la collectivité", max_digits=8, decimal_places=2, default=Decimal(0))
    rights_used = models.DecimalField("droits mobilisés", max_digits=8, decimal_places=2, default=Decimal(0))

    lock_rank = 2

    class Meta:
        verbose_name = "dossier d'inscription"
        verbose_name_plural = "dossiers d'inscription"
        ordering = ("-created_at", "id")
        indexes: ClassVar = [
            models.Index(fields=["session", "state", "sent_at"], name="dossiers_in_line"),
            models.Index(fields=["-created_at", "id"], name="dossiers_newest_first"),
            models.Index(fields=["sent_at"], name="dossiers_by_day_sent"),
            # all that « Aujourd'hui » counts, without reading a dossier
            models.Index(fields=["state", "sent_at", "session", "user", "id"], name="dossiers_by_state"),
        ]
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
                condition=Q(price__isnull=True) | Q(price__gte=F("rights_agreed") + F("public_agreed")),
                name="agreed_parts_within_the_price",
            ),
            models.CheckConstraint(
                condition=Q(public_agreed__gte=0, rights_agreed__gte=0), name="agreed_parts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(rights_used=0) | Q(rights_used=F("rights_agreed")), name="rights_used_as_agreed"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or "Dossier à envoyer"

    def get_absolute_url(self) -> str:
        return address_of(self.pk, "detail")

    @property
    def is_live(self) -> bool:
        """Whether something may still come of it."""
        return self.state in LIVE_STATES

    @property
    def is_offered_a_seat(self) -> bool:
        """Whether a seat set free after the last day is proposed to this person, and still there to take."""
        return self.state == State.WAITING and self.offered_at is not None and self.session.seats_left > 0

    @property
    def holds_a_seat(self) -> bool:
        """Whether one of the session's seats is this dossier's."""
        return self.state in SEATED_STATES

    @property
    def to_pay(self) -> Decimal:
        """Euros that stay with the person, as agreed."""
        return (self.price or Decimal(0)) - self.rights_agreed - self.public_agreed

    @property
    def uses_dif(self) -> bool:
        """Whether Mon Compte Formation is concerned at all."""
        return self.funding in WITH_DIF

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

    @property
    def words(self) -> str:
        """What the dossier became."""
        return State(self.target).words
