"""How long what visitors write is kept: each app declares its tables, ``config.retention`` enforces and prints them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from core import long_tasks, outbox, throttling
from core.french import plural
from core.journeys import counts
from core.journeys.limits import UNTOUCHED_FOR
from core.models import Draft

TASKS_KEPT_FOR = timedelta(days=30)
"""The rows of tasks that ended stay so long, for who looks into a failure."""


@dataclass(frozen=True)
class Retention:
    """One line of the privacy page: tables (``app.Model``), what they hold and until when, in the reader's words.

    ``purge`` deletes what has had its time at a moment and returns how many rows; None when the rows end with what
    they belong to, an account or a decision, in the transaction that ends it.
    """

    tables: tuple[str, ...]
    what: str
    term: str
    purge: Callable[[datetime], int] | None = None


def in_days(kept: timedelta) -> str:
    """« 30 jours », « 2 ans », as the page says it."""
    years, rest = divmod(kept.days, 365)
    return plural(years, "an") if years and not rest else plural(kept.days, "jour")


def purge_drafts(now: datetime) -> int:
    """Delete the drafts that have expired, whatever their path. Return how many."""
    return Draft.objects.filter(expires_at__lte=now).delete()[0]


def purge_tasks(now: datetime) -> int:
    """Delete the rows of tasks that ended long ago. Return how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT_FOR).delete()[0]


RETENTIONS = (
    Retention(
        ("core.Draft",),
        "Une saisie inachevée",
        f"30 jours, chiffrée ; {in_days(UNTOUCHED_FOR)} tant qu'aucune étape n'est complète",
        purge_drafts,
    ),
    Retention(
        ("core.StepCount",),
        "Combien de saisies passent chaque étape, jour par jour, sans savoir de qui",
        plural(counts.KEPT_FOR.days // 365, "an"),
        counts.purge,
    ),
    Retention(
        ("core.OutgoingMail",),
        "La trace des mails que le site vous a envoyés, sans leur contenu",
        in_days(outbox.KEPT_FOR),
        outbox.purge_mails,
    ),
    Retention(
        ("core.LongTask",),
        "Un fichier que l'ADM79 fait entrer (répertoire des élus, liste de Mon Compte Formation), chiffré, effacé une "
        "fois traité",
        f"{in_days(long_tasks.KEPT_FOR)} s'il ne l'est pas",
        long_tasks.purge,
    ),
    Retention(
        ("core.Throttle",),
        "Les essais ratés, sous une forme qui ne dit ni le numéro ni l'adresse de l'ordinateur",
        in_days(2 * throttling.FORGOTTEN_AFTER),
        throttling.purge,
    ),
    Retention(
        ("django_tasks_database.DBTaskResult",),
        "Le journal des tâches du site, sans donnée personnelle en clair",
        in_days(TASKS_KEPT_FOR),
        purge_tasks,
    ),
)
