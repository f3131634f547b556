"""Who pays a training, what was read on Mon Compte Formation, and what was done there: each said by somebody, dated."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Funding(models.TextChoices):
    """Who pays. Mon Compte Formation concerns only what the DIF pays (the guide)."""

    DIF = "dif", "mon DIF élus"
    PUBLIC = "public", "ma commune ou mon intercommunalité"
    BOTH = "both", "mon DIF élus, et ma commune ou mon intercommunalité"
    SELF = "self", "moi-même"


WITH_DIF = (Funding.DIF, Funding.BOTH)
"""Those that pass by Mon Compte Formation, with its own delays."""
WITH_PUBLIC = (Funding.PUBLIC, Funding.BOTH)
"""Those that need the agreement of a commune or an intercommunalité."""


class RightsReading(models.Model):
    """An amount of DIF élus that somebody read on Mon Compte Formation, on a day. Append-only.

    The only thing that the site knows of a balance; written by ``enrolment.rights.readings`` alone. *by* is the
    person, or who of ADM79 says it for them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rights_readings", verbose_name="élu"
    )
    amount = models.DecimalField("montant lu (€)", max_digits=8, decimal_places=2)
    read_on = models.DateField("lu le")
    at = models.DateTimeField("noté le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="noté par"
    )
    by_staff = models.BooleanField("noté par l'ADM79", default=False)

    class Meta:
        verbose_name = "montant lu sur Mon Compte Formation"
        verbose_name_plural = "montants lus sur Mon Compte Formation"
        ordering = ("-read_on", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="an_amount_read_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} € lus le {self.read_on:%d/%m/%Y}"


class Milestone(models.TextChoices):
    """What happens on Mon Compte Formation; ``enrolment.funding.milestones`` says by whom, in what order, by when."""

    ACCOUNT = "account", "Compte ouvert sur Mon Compte Formation"
    RIGHTS_SEEN = "rights_seen", "Compte élu vu, montant lu"
    IDENTITY = "identity", "Identité prête pour Mon Compte Formation"
    REQUESTED = "requested", "Demande créée sur Mon Compte Formation"
    PROPOSED = "proposed", "Proposition de l'organisme reçue"
    VALIDATED = "validated", "Proposition validée"
    PAID = "paid", "Formation payée par le DIF élus"
    REFUSED = "refused", "Refusée par l'organisme"
    FALLEN = "fallen", "Tombée, faute de réponse à temps"
    CANCELLED = "cancelled", "Annulée sur Mon Compte Formation"


OF_PERSON = (Milestone.ACCOUNT, Milestone.RIGHTS_SEEN, Milestone.IDENTITY)
"""Those that are said once and serve for every dossier."""


class MilestoneMark(models.Model):
    """Somebody says that a milestone is passed. Append-only but for *undone_at*: the rows are their own journal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="milestones", verbose_name="élu")
    enrolment = models.ForeignKey(
        "enrolment.Enrolment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name="dossier",
    )
    milestone = models.CharField("étape", max_length=12, choices=Milestone)
    passed = models.BooleanField("passée", default=True, help_text="Faux : on a regardé, et ce n'est pas fait.")
    on = models.DateField("le")
    file_number = models.CharField("numéro du dossier sur Mon Compte Formation", max_length=40, blank=True)
    at = models.DateTimeField("noté le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="noté par"
    )
    by_staff = models.BooleanField("vu par l'ADM79", default=False)
    undone_at = models.DateTimeField("retiré le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )

    class Meta:
        verbose_name = "étape sur Mon Compte Formation"
        verbose_name_plural = "étapes sur Mon Compte Formation"
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "milestone"],
                condition=Q(undone_at=None, enrolment=None),
                name="one_live_mark_a_person_and_milestone",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "milestone"],
                condition=Q(undone_at=None),
                name="one_live_mark_a_dossier_and_milestone",
            ),
            models.CheckConstraint(
                condition=Q(milestone__in=OF_PERSON, enrolment=None)
                | (~Q(milestone__in=OF_PERSON) & Q(enrolment__isnull=False)),
                name="a_milestone_is_the_persons_or_the_dossiers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_milestone_display()}, {self.on:%d/%m/%Y}"


class ReadinessPutOff(models.Model):
    """The person prefers to answer « Êtes-vous prêt pour Mon Compte Formation ? » another time: not asked again."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "questions sur Mon Compte Formation, remises à plus tard"
        verbose_name_plural = "questions sur Mon Compte Formation, remises à plus tard"

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y}"


class FundingAgreement(models.Model):
    """A commune or an intercommunalité pays: who agreed, where the invoice goes. Staff note when it is signed."""

    enrolment = models.OneToOneField(
        "enrolment.Enrolment", models.CASCADE, related_name="agreement", verbose_name="dossier"
    )
    payer = models.CharField("collectivité qui paie", max_length=200)
    agreed_by = models.CharField("nom de la personne qui donne son accord", max_length=150)
    function = models.CharField("sa fonction", max_length=100)
    email = models.EmailField("son adresse mail")
    invoice_to = models.TextField("où envoyer la facture", max_length=500)
    order_reference = models.CharField("numéro de commande ou d'engagement", max_length=60, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)
    signed_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    class Meta:
        verbose_name = "accord d'une collectivité"
        verbose_name_plural = "accords des collectivités"

    def __str__(self) -> str:
        return f"{self.payer}, {self.agreed_by}"
