"""From wish to seat: dossiers and their journal, the rights ledger, the identity check."""

from enrolment.models.assisted import AssistedEnrolment
from enrolment.models.attendance import MissedHalfDay
from enrolment.models.dossiers import (
    LIVE_STATES,
    SEATED_STATES,
    Enrolment,
    EnrolmentEvent,
    Proof,
    State,
)
from enrolment.models.edof import EdofDifference
from enrolment.models.funding import (
    OF_PERSON,
    WITH_DIF,
    WITH_PUBLIC,
    Funding,
    FundingAgreement,
    Milestone,
    MilestoneMark,
    ReadinessPutOff,
    RightsReading,
)
from enrolment.models.identity_checks import IdentityCheck, IdentityDocument, IdentityEvent
from enrolment.models.ledger import LedgerEntry
from enrolment.models.reasons import ReasonPhrase

__all__ = [
    "LIVE_STATES",
    "OF_PERSON",
    "SEATED_STATES",
    "WITH_DIF",
    "WITH_PUBLIC",
    "AssistedEnrolment",
    "EdofDifference",
    "Enrolment",
    "EnrolmentEvent",
    "Funding",
    "FundingAgreement",
    "IdentityCheck",
    "IdentityDocument",
    "IdentityEvent",
    "LedgerEntry",
    "Milestone",
    "MilestoneMark",
    "MissedHalfDay",
    "Proof",
    "ReadinessPutOff",
    "ReasonPhrase",
    "RightsReading",
    "State",
]
