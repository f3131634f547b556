"""What other apps' pages show of enrolment: a training's sessions as offers, its price for the person who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from catalogue.models import Session, Training
from catalogue.sessions import in_force
from catalogue.sessions.session_status import SessionStatus, Status
from catalogue.trainings import training_page
from core import french, leaves
from core.leaves import Leaf
from core.templatetags.drawn import drawn
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.facts import PAPER_CHECK, Situation, situation_of
from enrolment.dossiers.steps import STEPS
from enrolment.dossiers.task_links import task_link
from enrolment.models import LIVE_STATES, Enrolment, Funding
from enrolment.rights import quote
from enrolment.tasks import Progress, Task

register = template.Library()

PLACES = {
    Progress.DONE: "canal__done",
    Progress.TODO: "canal__later",
    Progress.WAITING: "canal__wait",
    Progress.LATER: "canal__later",
    Progress.TOO_LATE: "canal__late",
}
"""Where each stage stands on the canal, as its style sheet names it."""


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """All that a page says of an offer today: what says the same is drawn once (``core.templatetags.drawn``)."""

    session: int
    """Its key: where to ask for a seat, where its calendar is."""
    start: date
    end: date
    schedule: str
    where: str
    access: str
    seats_left: int
    seats: int
    status: Status
    last_day: date
    leaf: Leaf
    clocks: str
    mine: tuple[str, str] | None
    """The person's own dossier: its address, its state in a word."""


@dataclass(frozen=True)
class Offer:
    """One session as the person who looks sees it."""

    session: Session
    status: SessionStatus
    my_enrolment: Enrolment | None
    checklist: Checklist | None
    shown: ShownOffer
    hurdles: int = 0

    @property
    def is_open(self) -> bool:
        """Whether a request takes a seat."""
        return self.status.is_open

    @property
    def is_cancelled(self) -> bool:
        """Whether ADM79 has called it off: who holds its fiche reads so."""
        return self.status.status == Status.CANCELLED

    @property
    def may_wait(self) -> bool:
        """Full, but a request may still join the waiting list."""
        return self.status.status == Status.FULL


@register.simple_tag(takes_context=True)
def session_offers(context: dict[str, Any], training: Training) -> list[Offer]:
    """The sessions to come of a training, with deadline, seats, the person's dossier and what is left to do."""
    request = context["request"]
    now = timezone.now()
    known = context.get("sessions")  # read by the page already; a cancelled one says so, on its own line
    sessions = training_page.sessions_to_come(training, timezone.localdate(now)) if known is None else known
    today = timezone.localdate(now)
    if not isinstance(request.user, User):
        return [_offer(session, None, None, today) for session in sessions]
    situation = situation_of(request, now)
    mine = _live_dossiers(situation, sessions)
    return [_offer(session, mine.get(session.pk), situation, today) for session in sessions]


def _live_dossiers(situation: Situation, sessions: Sequence[Session]) -> dict[int, Enrolment]:
    """The person's live dossiers for *sessions*, by session; most people have none, and nothing is asked then."""
    live = {session for session, state, _ in situation.known.dossiers if state in LIVE_STATES}
    by_key = {session.pk: session for session in sessions if session.pk in live}
    if not by_key:
        return {}
    mine = Enrolment.objects.filter(user=situation.user, session__in=by_key, state__in=LIVE_STATES).order_by("pk")
    found = {enrolment.session_id: enrolment for enrolment in mine}
    for enrolment in found.values():  # known already: nothing of them is read again
        enrolment.user, enrolment.session = situation.user, by_key[enrolment.session_id]
    return found


def _offer(session: Session, enrolment: Enrolment | None, situation: Situation | None, today: date) -> Offer:
    status = in_force.status_of(session, today)
    checklist = situation.checklist(session, enrolment) if situation and status.takes_requests else None
    shown = _shown(session, status, enrolment, today)
    return Offer(session, status, enrolment, checklist, shown, _hurdles(session, checklist, situation, today))


def _shown(session: Session, status: SessionStatus, enrolment: Enrolment | None, today: date) -> ShownOffer:
    asked, start = status.takes_requests, session.start
    return ShownOffer(
        session=session.pk,
        start=start,
        end=session.end,
        schedule=session.schedule,
        where=session.where,
        access=session.place.access if session.place else "",
        seats_left=max(session.seats_left, 0),
        seats=session.seats,
        status=status.status,
        last_day=status.last_day,
        leaf=in_force.leaf_before(start, today) if asked else leaves.event(start, today, "formation"),
        clocks=in_force.both_clocks_before(start, today, counted=status.is_open) if asked else "",
        mine=(enrolment.get_absolute_url(), enrolment.get_state_display()) if enrolment else None,
    )


def _hurdles(session: Session, checklist: Checklist | None, situation: Situation | None, today: date) -> int:
    """0 when all can still be done in time, more the less likely it is."""
    ready_on = today if situation is None or situation.ready_for_mcf else today + PAPER_CHECK
    late_here = bool(checklist and checklist.no_time and not checklist.franceconnect_saves)
    return in_force.clocks_of(session).stretch(ready_on) + late_here


@register.simple_tag(takes_context=True)
def training_price(context: dict[str, Any], training: Training) -> quote.Quote:
    """« Prix − droits de l'élu = reste à payer » for the person who looks: price, rights, to_pay, scale."""
    request = context["request"]
    known = situation_of(request, timezone.now()).position if isinstance(request.user, User) else quote.NOBODY
    return quote.quote_by(known, training.price, Funding.DIF)


@register.simple_tag(takes_context=True)
def what_is_left(
    context: dict[str, Any], checklist: Checklist, enrolment: Enrolment | None = None, said: str = ""
) -> SafeString:
    """The list of what is left to do, down the canal; *said* is what the page has told already."""
    way_out = ""
    if checklist.no_time and enrolment:
        step = task_link(STEPS[0].name, enrolment, "")
        way_out = step if checklist.franceconnect_saves else enrolment.session.training.get_absolute_url()
    return drawn(
        "enrolment/parts/checklist.html",
        tasks=_placed(checklist, enrolment, context["request"].path),
        left=checklist.time_left if checklist.time_left != said else "",
        no_time=checklist.no_time,
        franceconnect_saves=checklist.franceconnect_saves,
        way_out=way_out,
    )


def _placed(checklist: Checklist, enrolment: Enrolment | None, path: str) -> tuple[tuple[Task, str, str], ...]:
    """Each task of the list, where it is done (empty: nothing to press now), and its classes on the canal.

    One boat: at what the person must do next, else where somebody else is at work.
    """
    boat = checklist.next_task or next((task for task in checklist.tasks if task.progress == Progress.WAITING), None)
    return tuple(
        (
            task,
            task_link(task.key, enrolment, path) if task.progress == Progress.TODO else "",
            PLACES[task.progress] + (" canal__now" if task == boat else ""),
        )
        for task in checklist.tasks
    )


@register.filter
def euros(amount: Decimal | None) -> str:
    """« 1 200,00 € »; nothing known is nothing."""
    return french.euros(amount or Decimal(0))


@register.filter
def in_full(day: date | None) -> str:
    """« lundi 21 décembre 2026 »."""
    return french.day(day) if day else ""


@register.filter
def in_short(day: date | None) -> str:
    """« 21 décembre 2026 »."""
    return french.day(day, weekday=False) if day else ""


@register.filter
def unlocalized(amount: Decimal) -> str:
    """An amount as a form posts it back: « 200.00 »."""
    return str(amount)
