"""People: the account, the mandates that give rights, the places they live and are elected in."""

from accounts.models.mandates import Mandate
from accounts.models.people import CorrectionRequest, Diploma, FranceConnectIdentity, User, UserManager
from accounts.models.places import Commune, FormerCommune, PostalCode
from accounts.models.security import OpenSession

__all__ = [
    "Commune",
    "CorrectionRequest",
    "Diploma",
    "FormerCommune",
    "FranceConnectIdentity",
    "Mandate",
    "OpenSession",
    "PostalCode",
    "User",
    "UserManager",
]
