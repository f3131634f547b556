"""What a person sends, and how a dossier keeps it: the answers, the amounts agreed, the proof, a reference to spell."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalogue.models import Session
from catalogue.sessions import in_force
from catalogue.sessions.clocks import Stretch
from enrolment.identity_checks.standing import has_verified_identity
from enrolment.models import WITH_DIF, Enrolment, Funding, Proof

REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other on the telephone."""


@dataclass(frozen=True)
class Sending:
    """What a person sends: the checked answers, the amounts agreed at the funding step, how they proved themselves."""

    answers: dict[str, Any]
    price: Decimal
    rights: Decimal
    proof: Proof
    public: Decimal = Decimal(0)

    @property
    def funding(self) -> str:
        """Who pays, as chosen."""
        return str(self.answers.get("funding", Funding.DIF))

    def knows_mcf_clock(self, session: Session, today: date) -> bool:
        """Whether MCF's clock leaves time, or was accepted as it is, or does not matter to this funding."""
        in_time = in_force.clocks_of(session).stretch(today) == Stretch.FINE
        return in_time or self.funding not in WITH_DIF or bool(self.answers.get("accepts_mcf_risk"))


def proof_holds(proof: Proof, user: User) -> bool:
    """Whether this proof lets the person send: FranceConnect, or a password and an identity that was checked."""
    return proof == Proof.FRANCECONNECT or (proof == Proof.PASSWORD and has_verified_identity(user))


def fill(enrolment: Enrolment, session: Session, now: datetime, sending: Sending) -> None:
    """Put on the dossier what is sent, with the rule in force at that moment. Does not save."""
    for field, value in sending.answers.items():
        setattr(enrolment, field, value)
    enrolment.sent_at = now
    enrolment.reference = new_reference()
    enrolment.proof = sending.proof
    enrolment.price = sending.price
    enrolment.rights_agreed = sending.rights
    enrolment.last_day_to_send = in_force.last_day_to_send(session)
    enrolment.deadline_rule = in_force.rule_in_words()


def new_reference() -> str:
    """Such as « 79-7KQ2-M4XW »: 40 bits that nobody can guess and anybody can spell out."""
    letters = [secrets.choice(REFERENCE_LETTERS) for _ in range(8)]
    return f"79-{''.join(letters[:4])}-{''.join(letters[4:])}"
