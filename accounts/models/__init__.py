"""People: the account, the mandates that give rights, the places they live and are elected in."""

from accounts.models.cases import IdentityCase
from accounts.models.declarations import MandateDeclaration
from accounts.models.mandates import Mandate, MandateClaim
from accounts.models.people import CorrectionRequest, Diploma, EmailChange, FranceConnectIdentity, User, UserManager
from accounts.models.places import Commune, FormerCommune, PostalCode
from accounts.models.security import OpenSession, RecoveryCode, RecoveryCodes, Telephone
from accounts.models.terms import TermsConsent, TermsVersion

__all__ = [
    "Commune",
    "CorrectionRequest",
    "Diploma",
    "EmailChange",
    "FormerCommune",
    "FranceConnectIdentity",
    "IdentityCase",
    "Mandate",
    "MandateClaim",
    "MandateDeclaration",
    "OpenSession",
    "PostalCode",
    "RecoveryCode",
    "RecoveryCodes",
    "Telephone",
    "TermsConsent",
    "TermsVersion",
    "User",
    "UserManager",
]
