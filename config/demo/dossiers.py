"""A few dossiers in various states, made by the same functions as the pages use."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from accounts.contact import addresses
from accounts.models import User
from catalogue.models import Session, Training
from config.demo.catalogue import FULL_SESSION
from config.demo.milestones import ensure_milestones
from config.demo.people import STAFF_USERNAME, Official
from enrolment.dossiers import workflow
from enrolment.dossiers.sent import Sending
from enrolment.models import Enrolment, Funding, Proof
from enrolment.rights.quote import quote

AHEAD = timedelta(days=25)
"""Sessions so far away are open whatever the unit of the deadline."""
GUIDE_EXAMPLE = "Boën"
"""The commune of the guide's own example, which is left to whoever tries the demo."""


def ensure_dossiers(people: list[tuple[Official, User]], now: datetime) -> None:
    """Dossiers for those of the *people* who are to have some and have none yet."""
    sessions = _open_sessions(now)
    for person, user in people:
        if Enrolment.objects.filter(user=user).exists():
            continue
        if person.identity == "pending" and sessions:
            workflow.create(user, sessions[0], now)
        if person.has_dossiers and len(sessions) >= 5:
            _various(user, person, sessions[1:5], now)
            staff = User.objects.get(username=STAFF_USERNAME)
            spare = [each for each in _all_open(now) if each not in sessions[:5]]
            ensure_milestones(user, staff, spare, partial(_send, user=user, person=person), now)


def _open_sessions(now: datetime) -> list[Session]:
    """One open session a training, the dearest last, so that the rights go round."""
    return list({session.training_id: session for session in _all_open(now)}.values())


def _all_open(now: datetime) -> list[Session]:
    """Every open session with seats to spare, the dearest last."""
    open_ones = (
        Session.objects.filter(
            start__gt=timezone.localdate(now) + AHEAD, cancelled_at=None, training__status=Training.Status.PUBLISHED
        )
        .exclude(place__commune__name__startswith=GUIDE_EXAMPLE)
        .select_related("training")
        .order_by("training__price", "start", "pk")
    )
    return [session for session in open_ones if session.seats_left > 1]


def _various(user: User, person: Official, sessions: list[Session], now: datetime) -> None:
    """One dossier accepted, one refused, one sent, one still to send, and one that fills its session."""
    staff = User.objects.get(username=STAFF_USERNAME)
    accepted, refused, sent, _unsent = (workflow.create(user, session, now)[0] for session in sessions)
    workflow.accept(_send(accepted, now, user=user, person=person), staff, now)
    reason = "Cette formation demande d'avoir suivi le module de base."
    workflow.refuse(_send(refused, now, user=user, person=person), staff, now, reason)
    _send(sent, now, user=user, person=person)
    full = Session.objects.filter(**FULL_SESSION, start__gt=timezone.localdate(now) + AHEAD, seats_taken=0).first()
    if full:
        _send(workflow.create(user, full, now)[0], now, user=user, person=person)


def _send(dossier: Enrolment, now: datetime, funding: str = Funding.DIF, *, user: User, person: Official) -> Enrolment:
    user.refresh_from_db()
    price = dossier.session.training.price
    answers = {
        "birth_name": user.birth_name,
        "usual_name": user.usual_name,
        "first_names": user.first_names,
        "birth_date": person.birth_date,
        "email": user.email,
        "phone": user.mobile,
        "address": "\n".join(addresses.lines(user)),
        "mandate": person.function,
        "mandate_place": user.city,
        "funding": funding,
        "accepts_mcf_risk": True,
    }
    found = quote(dossier.session.training, user, timezone.localdate(now), funding=funding)
    sending = Sending(answers, price, found.rights, Proof.PASSWORD, public=found.public)
    return workflow.submit(dossier, user, now, sending)
