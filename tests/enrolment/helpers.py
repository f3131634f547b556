"""What the tests of dossiers do all the time: prove, fill in, send."""

import datetime
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalogue.models import Session
from enrolment.dossiers import workflow
from enrolment.dossiers.sent import Sending
from enrolment.models import Enrolment, IdentityCheck, Proof, State
from enrolment.rights import ledger
from enrolment.rights.quote import quote
from tests.factories import IdentityCheckFactory

EMAIL = "jeanne.moreau@courriel.example"
ANSWERS = {
    "birth_name": "Moreau",
    "first_names": "Jeanne",
    "email": EMAIL,
    "mandate": "Maire",
    "accepts_mcf_risk": True,
}
INFORMATION = {
    "birth_name": "Moreau",
    "usual_name": "",
    "first_names": "Jeanne",
    "birth_date_day": "14",
    "birth_date_month": "3",
    "birth_date_year": "1958",
    "email": EMAIL,
    "phone": "",
    "address": "",
    "mandate": "Maire",
    "mandate_place": "Niort",
    "needs": "",
}


def sending(session: Session, user: User, **changes) -> Sending:
    """What a person sends who has seen and agreed to the sums of now."""
    covered = quote(session.training, user, timezone.localdate()).rights
    given = {"answers": ANSWERS, "price": session.training.price, "rights": covered, "proof": Proof.FRANCECONNECT}
    return Sending(**{**given, **changes})


def send(enrolment: Enrolment, now: datetime.datetime | None = None, **changes) -> Enrolment:
    """Send a dossier as its owner."""
    what = sending(enrolment.session, enrolment.user, **changes)
    return workflow.submit(enrolment, enrolment.user, now or timezone.now(), what)


def verify_identity(user: User) -> IdentityCheck:
    """Give a person an approved identity check."""
    return IdentityCheckFactory(user=user, status=IdentityCheck.Status.APPROVED, decided_at=timezone.now())


def seats_add_up(session: Session) -> bool:
    """Whether the seats taken are those of the dossiers that hold one, and no more than there are."""
    session.refresh_from_db()
    held = (State.SENT, State.ACCEPTED, State.ATTENDED, State.ABSENT)
    return session.seats_taken == session.enrolments.filter(state__in=held).count() <= session.seats


def ledger_adds_up(user: User) -> bool:
    """Whether the account repeats the credits of the ledger, not below zero, and the dossiers what is reserved."""
    user.refresh_from_db()
    used = sum((each.rights_used for each in user.enrolments.filter(state__in=("sent", "accepted"))), Decimal(0))
    return user.rights_balance == ledger.credited_rights(user) >= 0 and ledger.reserved_rights(user) == used
