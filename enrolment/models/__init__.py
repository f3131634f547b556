"""From wish to seat: dossiers and their journal, the rights ledger, the identity check."""

from enrolment.models.attendance import MissedHalfDay
from enrolment.models.dossiers import (
    LIVE_STATES,
    SEATED_STATES,
    Enrolment,
    EnrolmentEvent,
    Proof,
    State,
)
from enrolment.models.identity_checks import IdentityCheck, IdentityDocument, IdentityEvent
from enrolment.models.ledger import LedgerEntry

__all__ = [
    "LIVE_STATES",
    "SEATED_STATES",
    "Enrolment",
    "EnrolmentEvent",
    "IdentityCheck",
    "IdentityDocument",
    "IdentityEvent",
    "LedgerEntry",
    "MissedHalfDay",
    "Proof",
    "State",
]
