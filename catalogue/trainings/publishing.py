"""Publishing a training and taking it out of the catalogue: what must be there before officials see it."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError

from catalogue.models import Training
from catalogue.trainings import rules

TEXTS = ("summary", "objectives", "programme")
"""What an official reads before asking for a seat."""


def missing(training: Training, today: date, ends: Sequence[date] | None = None) -> tuple[list[str], list[str]]:
    """What keeps *training* from being published, and what only deserves a thought; sentences for staff.

    *ends*: the last days of its sessions to come, for who knows them already.
    """
    must = [
        f"le texte « {Training._meta.get_field(name).verbose_name} »."  # type: ignore[union-attr]
        for name in TEXTS
        if not getattr(training, name).strip()
    ]
    try:
        rules.check_hourly_price(training.price, training.duration_hours, today)
    except ValidationError as error:
        must += error.messages
    warning = rules.hourly_price_warning(training.price, training.duration_hours, today)
    if ends is None:
        ends = list(training.sessions.upcoming(today).values_list("end", flat=True))
    end = training.body.approval_end
    if end and any(each > end for each in ends):
        must.append(
            f"l'agrément de l'organisme ({training.body}) se termine le {end:%d/%m/%Y}, avant la fin d'une session."
        )
    elif end and end < today:
        must.append(f"l'agrément de l'organisme ({training.body}) est terminé depuis le {end:%d/%m/%Y}.")
    should = [] if end else [f"La fin de l'agrément de l'organisme ({training.body}) n'est pas connue."]
    should += [warning] if warning and warning not in must else []
    should += [] if training.mcf_url else ["Il n'y a pas de lien Mon Compte Formation."]
    should += [] if ends else ["Aucune session n'est à venir."]
    return must, should


def check(training: Training, today: date, ends: Sequence[date] | None = None) -> None:
    """Refuse to publish *training* while something is missing. Raises ValidationError, which says what."""
    must, _ = missing(training, today, ends)
    if must:
        raise ValidationError(f"Il manque, pour publier : {' '.join(must)}")


def publish(training: Training, today: date) -> None:
    """Show *training* to officials. Raises ValidationError with what is missing."""
    check(training, today)
    _set(training, Training.Status.PUBLISHED)


def withdraw(training: Training) -> None:
    """Take *training* out of the catalogue; what is agreed stays agreed."""
    _set(training, Training.Status.WITHDRAWN)


def _set(training: Training, status: Training.Status) -> None:
    training.status = status
    training.save(update_fields=["status", "updated_at"])
