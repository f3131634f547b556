"""People: the account, the mandates that give rights, unfinished input, what keeps all of it safe."""

from accounts.models.drafts import Draft
from accounts.models.mails import OutgoingMail
from accounts.models.mandates import Mandate
from accounts.models.people import CorrectionRequest, Diploma, FranceConnectIdentity, User, UserManager
from accounts.models.places import Commune, PostalCode
from accounts.models.security import OpenSession, Throttle

__all__ = [
    "Commune",
    "CorrectionRequest",
    "Diploma",
    "Draft",
    "FranceConnectIdentity",
    "Mandate",
    "OpenSession",
    "OutgoingMail",
    "PostalCode",
    "Throttle",
    "User",
    "UserManager",
]
