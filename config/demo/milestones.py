"""Dossiers at every milestone of Mon Compte Formation, and one that a commune pays; made as the pages make them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalogue.models import Session
from enrolment.dossiers import workflow
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.funding import marks
from enrolment.models import Enrolment, Funding, FundingAgreement, Milestone, RightsReading
from enrolment.rights import readings

type Send = Callable[[Enrolment, datetime, str], Enrolment]
"""Sends a dossier at a moment, paid by a funding."""

SAID: tuple[tuple[Milestone, ...], ...] = (
    (Milestone.REQUESTED,),
    (Milestone.REQUESTED, Milestone.PROPOSED),
    (Milestone.REQUESTED, Milestone.PROPOSED, Milestone.VALIDATED),
    (Milestone.REQUESTED, Milestone.REFUSED),
    (Milestone.REQUESTED, Milestone.FALLEN),
    (Milestone.REQUESTED, Milestone.CANCELLED),
)
"""What is said of one open dossier each."""
AMOUNT = Decimal("640.00")
"""Read on MCF: less than the dearest trainings of the demonstration cost together."""


def ensure_milestones(user: User, staff: User, sessions: list[Session], send: Send, now: datetime) -> None:
    """Open dossiers at each milestone, one paid, one of the commune; nothing for who has read an amount already."""
    if not sessions or RightsReading.objects.filter(user=user).exists():
        return
    today = timezone.localdate(now)
    sessions = list(sessions)
    while len(sessions) <= len(SAID):
        sessions.append(_a_week_later(sessions[-1]))
    for milestone in (Milestone.ACCOUNT, Milestone.RIGHTS_SEEN, Milestone.IDENTITY):
        marks.say(user, milestone, today, user, now)
    for said, session in zip(SAID, sessions, strict=False):
        dossier = send(workflow.create(user, session, now)[0], now, Funding.DIF)
        for milestone in said:
            marks.say(user, milestone, today, user, now, enrolment=dossier, file_number=_number(dossier, milestone))
    for session in sessions[len(SAID) : len(SAID) + 1]:
        dossier = send(workflow.create(user, session, now)[0], now, Funding.PUBLIC)
        FundingAgreement.objects.create(
            enrolment=dossier,
            payer=user.city,
            agreed_by="Paul Roy",
            function="Maire",
            email="mairie@exemple.invalid",
            invoice_to=f"Mairie, {user.postal_code} {user.city}",
            signed_on=today,
            signed_noted_by=staff,
        )
    _paid(user, staff, sessions[0], send, now)
    readings.note(user, AMOUNT, today, user, now)


def _a_week_later(like: Session) -> Session:
    """One more date of the same training, where the demonstration has too few."""
    week = timedelta(weeks=1)
    dates = {"start": like.start + week, "end": like.end + week}
    return Session.objects.create(training=like.training, place=like.place, remote=like.remote, **dates)


def _paid(user: User, staff: User, like: Session, send: Send, now: datetime) -> None:
    """A training followed a week ago, and paid."""
    today = timezone.localdate(now)
    start = today - timedelta(days=7)
    past = Session.objects.create(training=like.training, start=start, end=start, place=like.place, remote=like.remote)
    asked = now - timedelta(days=45)
    dossier = workflow.accept(send(workflow.create(user, past, asked)[0], asked, Funding.DIF), staff, asked)
    done = (Milestone.REQUESTED, Milestone.PROPOSED, Milestone.VALIDATED)
    for milestone in done:
        on = timezone.localdate(asked)
        marks.say(user, milestone, on, user, now, enrolment=dossier, file_number=_number(dossier, milestone))
    workflow.perform(TransitionName.ATTEND, dossier, staff, now, role=Role.STAFF)
    marks.say(user, Milestone.PAID, today, staff, now, enrolment=dossier)


def _number(dossier: Enrolment, milestone: Milestone) -> str:
    return f"{dossier.pk.int % 10**11:011}" if milestone == Milestone.REQUESTED else ""
