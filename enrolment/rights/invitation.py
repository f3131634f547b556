"""« Êtes-vous prêt pour Mon Compte Formation ? »: whether « Mes droits » still asks, or only keeps the link."""

from datetime import datetime

from accounts.models import User
from enrolment.known import Known
from enrolment.models import ReadinessPutOff


def is_answered(user: User, known: Known) -> bool:
    """Whether something was ever said of the person's own milestones, even if it was taken back."""
    return bool(known.marks.get(None)) or user.milestones.filter(enrolment=None).exists()


def is_put_off(user: User) -> bool:
    """Whether the person has said « Plus tard »: nobody asks any more, the link stays."""
    return ReadinessPutOff.objects.filter(user=user).exists()


def put_off(user: User, now: datetime) -> None:
    """« Plus tard »: remembered on the account, on every device. Safe to repeat."""
    ReadinessPutOff.objects.get_or_create(user=user, defaults={"at": now})
