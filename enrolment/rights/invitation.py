"""« Êtes-vous prêt pour Mon Compte Formation ? »: whether « Mes droits » still asks, or only keeps the link."""

from datetime import datetime

from accounts.models import User
from enrolment.models import ReadinessPutOff


def put_off(user: User, now: datetime) -> None:
    """« Plus tard »: remembered on the account, on every device. Safe to repeat."""
    ReadinessPutOff.objects.get_or_create(user=user, defaults={"at": now})
