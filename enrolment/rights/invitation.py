"""« Êtes-vous prêt pour Mon Compte Formation ? »: whether « Mes droits » still asks."""

from accounts.models import User

LATER = "mcf_readiness_later"
"""The session's key of who prefers to answer another time."""


def is_unasked(user: User) -> bool:
    """Whether nothing was ever said of the person's own milestones."""
    return not user.milestones.filter(enrolment=None).exists()
