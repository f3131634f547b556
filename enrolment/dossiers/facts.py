"""Gathers the facts of one person, once, for the checklists of any number of sessions."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Mandate, User
from catalogue.models import Session
from catalogue.sessions import in_force
from core.journeys.step import Answers
from core.models import Draft
from core.narrow import Narrow
from enrolment.dossiers import tracks
from enrolment.dossiers.checklist import Checklist, Facts, Identity, Stage, StepTask, checklist
from enrolment.dossiers.path import DRAFT_KIND
from enrolment.dossiers.proofs import proofs_of
from enrolment.dossiers.steps import STEPS
from enrolment.dossiers.tracks import Side
from enrolment.funding import marks
from enrolment.funding.milestones import Track
from enrolment.funding.tasks import paying_tasks
from enrolment.identity_checks import standing
from enrolment.known import Known, known_of
from enrolment.models import WITH_PUBLIC, Enrolment, FundingAgreement, IdentityCheck, Milestone, State
from enrolment.rights.position import Position
from enrolment.rights.quote import position_for
from enrolment.tasks import Task

STAGES = {
    State.DRAFT: Stage.DRAFT,
    State.WAITING: Stage.WAITING_LIST,
    State.SENT: Stage.SENT,
    State.ACCEPTED: Stage.ACCEPTED,
}
DRAFTS = Narrow(Draft, "content")
"""What dossiers on their way answer so far."""
PAPER_CHECK = timedelta(weeks=4)
"""How long Mon Compte Formation takes to check an identity on paper, for who has no FranceConnect+ (its own help)."""


class Situation:
    """One person now. Its questions to the database are asked once, however many checklists are drawn."""

    def __init__(self, user: User, now: datetime, proved: frozenset[str] = frozenset()) -> None:
        self.user = user
        self.now = now
        self.today = timezone.localdate(now)
        self.proved = proved

    @cached_property
    def known(self) -> Known:
        """What is noted of the person."""
        return known_of(self.user)

    @cached_property
    def identity(self) -> Identity:
        """What the site knows of the person's identity."""
        states = [status for status, _ in self.known.checks]
        if IdentityCheck.Status.APPROVED in states:
            return Identity.VERIFIED
        if IdentityCheck.Status.PENDING in states:
            return Identity.PENDING
        refused = states and states[0] in {IdentityCheck.Status.REFUSED, IdentityCheck.Status.EXPIRED}
        return Identity.REFUSED if refused else Identity.NONE

    @cached_property
    def identity_asked_on(self) -> date | None:
        """The day on which the check now pending was asked for."""
        pending = [at for status, at in self.known.checks if status == IdentityCheck.Status.PENDING]
        return timezone.localdate(pending[0]) if pending else None

    @cached_property
    def identity_days(self) -> int:
        """Days that a check usually takes."""
        return standing.usual_days(self.now)

    @cached_property
    def _signed(self) -> dict[Any, date]:
        mine = FundingAgreement.objects.filter(enrolment__user=self.user, signed_on__isnull=False)
        return {row.enrolment_id: row.signed_on for row in mine if row.signed_on}

    @cached_property
    def ready_for_mcf(self) -> bool:
        """Whether nothing says that the person cannot identify themselves on Mon Compte Formation today."""
        said = marks.said(self.known.marks.get(None, ())).get(Milestone.IDENTITY)
        return said is None or said.passed

    def track(self, enrolment: Enrolment) -> Track | None:
        """What was said of the dossier on Mon Compte Formation; None for another funding."""
        said = marks.said([*self.known.marks.get(None, ()), *self.known.marks.get(enrolment.pk, ())])
        return marks.track_of(enrolment, self.today, said)

    def signed_on(self, enrolment: Enrolment) -> date | None:
        """When the commune signed that it pays, as far as ADM79 has noted it."""
        return self._signed.get(enrolment.pk) if enrolment.funding in WITH_PUBLIC else None

    def tracks(self, enrolment: Enrolment, checklist: Checklist) -> tuple[Side, Side]:
        """The seat and the funding: where each stands and what comes next."""
        last_day = enrolment.last_day_to_send or in_force.last_day_to_send(enrolment.session)
        return (
            tracks.seat(enrolment, checklist, last_day),
            tracks.funding(enrolment, self.track(enrolment), self.signed_on(enrolment)),
        )

    @property
    def mandate_known(self) -> bool:
        """Whether the élu account appears."""
        return bool(self.known.mandates)

    @cached_property
    def position(self) -> Position:
        """What is known of the person's rights, as a price needs it."""
        return position_for(self.user, self.today, known=self.known)

    @cached_property
    def _answers(self) -> dict[Any, Answers]:
        return {draft.pk: draft.answers for draft in DRAFTS.filter(kind=DRAFT_KIND, owner=Draft.owner_of(self.user))}

    def use_answers(self, enrolment: Enrolment, answers: Answers) -> None:
        """What this dossier answers so far has been read: the drafts of the others are of no interest."""
        self._answers = {enrolment.pk: answers}

    def facts(self, session: Session, enrolment: Enrolment | None) -> Facts:
        """The facts of this person and this session."""
        last_day = in_force.last_day_to_send(session)
        if enrolment and enrolment.last_day_to_send:
            last_day = enrolment.last_day_to_send
        return Facts(
            today=self.today,
            last_day=last_day,
            identity=self.identity,
            identity_days=self.identity_days if self.identity != Identity.VERIFIED else 0,
            identity_asked_on=self.identity_asked_on,
            franceconnect=bool(settings.FRANCECONNECT_CLIENT_ID),
            mandate_known=self.mandate_known,
            stage=STAGES.get(State(enrolment.state), Stage.NONE) if enrolment else Stage.NONE,
            steps=self._steps(enrolment),
            sent_on=timezone.localdate(enrolment.sent_at) if enrolment and enrolment.sent_at else None,
            paying=self._paying(enrolment) if enrolment and enrolment.sent_at else (),
        )

    def checklist(self, session: Session, enrolment: Enrolment | None) -> Checklist:
        """What is left to do for this session."""
        return checklist(self.facts(session, enrolment))

    def _paying(self, enrolment: Enrolment) -> tuple[Task, ...]:
        return paying_tasks(enrolment, self.track(enrolment), self.signed_on(enrolment))

    def _steps(self, enrolment: Enrolment | None) -> tuple[StepTask, ...]:
        """The steps of the dossier as tasks; none is done before there is one."""
        on_its_way = enrolment.pk if enrolment and enrolment.state == State.DRAFT else None
        answers = self._answers.get(on_its_way, {}) if on_its_way else {}
        proved = str(on_its_way) in self.proved
        return tuple(
            StepTask(step.name, step.task, done=step.is_done_in(answers, proved=proved), proves=step is STEPS[0])
            for step in STEPS
        )


def situation_of(request: Any, now: datetime) -> Situation:
    """The situation of the person who looks, their live proofs included; one a request."""
    if not hasattr(request, "situation"):
        request.situation = Situation(request.user, now, frozenset(proofs_of(request, now)))
    return cast(Situation, request.situation)


def dossiers_in(state: State) -> Coalesce:
    """For a query of sessions: how many of its dossiers are in *state*."""
    rows = Enrolment.objects.filter(session=OuterRef("pk"), state=state).order_by().values("session")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def waiting_requests() -> Coalesce:
    """For a query of sessions: how many of its requests wait for ADM79's answer."""
    return dossiers_in(State.SENT)


def without_mandate(rows: QuerySet[Enrolment], today: date) -> QuerySet[Enrolment]:
    """The requests to answer of people whose mandate is not known to be running."""
    in_office = Mandate.objects.in_office(today).filter(user=OuterRef("user"))
    return rows.filter(~Exists(in_office), state=State.SENT)
