"""How long the tables of dossiers and identity checks are kept."""

from django.conf import settings

from core.french import plural
from core.retention import Retention, in_days
from enrolment.assisted import finishing
from enrolment.funding import edof
from enrolment.identity_checks import checks, deciding

RETENTIONS = (
    Retention(
        ("enrolment.IdentityDocument",),
        "Une pièce d'identité",
        f"jusqu'à la décision, {in_days(checks.DOCUMENTS_KEPT)} au plus ; "
        f"préparée et pas envoyée, {in_days(checks.DRAFT_KEPT)}",
        deciding.expire,
    ),
    Retention(
        ("enrolment.IdentityCheck", "enrolment.IdentityEvent"),
        "Le résultat d'une vérification d'identité, sans les images",
        "tant que le compte est ouvert",
    ),
    Retention(
        (
            "enrolment.RightsReading",
            "enrolment.MilestoneMark",
            "enrolment.FundingAgreement",
            "enrolment.ReadinessPutOff",
        ),
        "Ce que vous dites de votre financement : montants lus, étapes faites, accord de votre commune",
        "tant que le compte est ouvert",
    ),
    Retention(
        ("enrolment.EdofDifference",),
        "Ce qui diffère entre la liste des demandes de Mon Compte Formation et vos dossiers",
        f"jusqu'à ce que ce soit réglé, puis {in_days(edof.KEPT_FOR)}",
        edof.purge,
    ),
    Retention(
        ("enrolment.Enrolment", "enrolment.EnrolmentEvent", "enrolment.MissedHalfDay", "enrolment.LedgerEntry"),
        "Vos dossiers, leur journal et le compte de vos droits",
        "tant que le compte est ouvert ; après sa fermeture les dossiers passés sont gardés sans votre identité, "
        "pour les statistiques de l'ADM79",
    ),
    Retention(
        ("enrolment.AssistedEnrolment",),
        "Une inscription que l'ADM79 prépare à votre demande, chiffrée",
        f"jusqu'à ce que vous ouvriez votre compte, {plural(settings.ASSISTED_LINK_DAYS, 'jour')} au plus",
        finishing.purge,
    ),
)
