"""What happens to a dossier: each transition of the table, in one transaction, under locks.

All locks are taken at the start (``enrolment.dossiers.locking``). A transition changes the state, carries out its
effects, writes one ``EnrolmentEvent`` and its mail as a task row; refused (``RefusedError``), it has changed nothing
and sent nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session, Training
from catalogue.sessions import in_force
from core.models import Draft
from enrolment.dossiers import notifications
from enrolment.dossiers.decisions import decided_from, last_decision, newer_dossier
from enrolment.dossiers.effects import EFFECTS
from enrolment.dossiers.guards import DossierFacts
from enrolment.dossiers.locking import lock_dossier, lock_session, lock_to_send
from enrolment.dossiers.refusals import Refusal, RefusedError, check_offer
from enrolment.dossiers.sent import Sending, fill, proof_holds
from enrolment.dossiers.transitions import TAKING_BACK, TRANSITIONS
from enrolment.dossiers.vocabulary import Effect, Role, Transition, TransitionName
from enrolment.models import (
    LIVE_STATES,
    WITH_DIF,
    Enrolment,
    EnrolmentEvent,
    State,
)
from enrolment.rights.quote import quote

OFFER_STANDS = timedelta(hours=24)
"""How long a seat set free after the last day is proposed to one person alone; then the next in line is asked too."""
OFFERED = "Une place s'est libérée : elle est proposée."


@transaction.atomic
def create(user: User, session: Session, now: datetime) -> tuple[Enrolment, bool]:
    """Open a dossier, or find the live one the person already has for this session: (dossier, whether it is new).

    Raises RefusedError (TOO_LATE, SESSION_CANCELLED, TRAINING_WITHDRAWN). A full session is no obstacle: the
    request will go to the waiting list, and the pages say so from the start.
    """
    session = lock_session(session.pk)
    if not User.objects.lock(user).is_active:
        raise RefusedError(Refusal.WRONG_ROLE)  # the account was closed a moment ago
    existing = Enrolment.objects.filter(user=user, session=session, state__in=LIVE_STATES).first()
    if existing:
        return existing, False
    check_offer(session, now)
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(user=user, session=session, created_at=now)
    except IntegrityError:
        return Enrolment.objects.get(user=user, session=session, state__in=LIVE_STATES), False
    EnrolmentEvent.objects.create(
        enrolment=enrolment, at=now, by=user, transition="create", source="", target=State.DRAFT
    )
    return enrolment, True


@transaction.atomic
def submit(enrolment: Enrolment, by: User, now: datetime, sending: Sending) -> Enrolment:
    """Send a dossier: it takes a seat, or its place in the waiting list when the session is full.

    Sent a second time, it is answered as it stands. Raises RefusedError, with everything as it was.
    """
    session, locked, line = lock_to_send(enrolment, by)
    if locked.sent_at and locked.user_id == by.pk:
        return locked
    promote(session, line, now)  # seats that staff have just added belong to the line
    sender = User.objects.lock(by)
    if not sender.is_active:
        raise RefusedError(Refusal.WRONG_ROLE)  # the account was frozen or closed meanwhile
    found = quote(session.training, by, timezone.localdate(now), funding=sending.funding)
    facts = replace(
        _facts(session, locked, now),
        rights_agreed=sending.rights,
        rights_expected=found.rights,
        public_agreed=sending.public,
        public_expected=found.public,
        dif_usable=found.position.dif_usable or sending.funding not in WITH_DIF,
        mcf_clock_known=sending.knows_mcf_clock(session, timezone.localdate(now)),
        proof_holds=proof_holds(sending.proof, by),
        answers_complete=bool(sending.answers) and sending.price == session.training.price,
    )
    transition = TRANSITIONS[TransitionName.SEND if session.seats_left > 0 else TransitionName.QUEUE]
    _check(transition, facts, locked, by=by, role=Role.OFFICIAL, reason="")
    fill(locked, session, now, sending)
    locked.public_agreed = found.public
    return _carry_out(transition, session, locked, by=by, now=now, reason="")


@transaction.atomic
def perform(
    name: TransitionName,
    enrolment: Enrolment,
    by: User | None,
    now: datetime,
    *,
    role: Role,
    reason: str = "",
    held_for: timedelta = notifications.AT_ONCE,
) -> Enrolment:
    """Carry out a transition other than sending; its mail leaves once *held_for* has passed.

    Raises RefusedError, with everything as it was.
    """
    calls_next = Effect.CALL_NEXT in TRANSITIONS[name].effects
    session, locked, line = lock_dossier(enrolment, with_the_line=calls_next)
    performed = perform_locked(name, session, locked, by=by, now=now, role=role, reason=reason, held_for=held_for)
    if calls_next:
        promote(session, line, now)
    return performed


def perform_locked(
    name: TransitionName,
    session: Session,
    locked: Enrolment,
    *,
    by: User | None,
    now: datetime,
    role: Role,
    reason: str = "",
    held_for: timedelta = notifications.AT_ONCE,
) -> Enrolment:
    """``perform`` on rows that the caller has locked, and without calling who waits for the seat set free."""
    transition = TRANSITIONS[name]
    facts = _facts(session, locked, now)
    _check(transition, facts, locked, by=by, role=role, reason=reason)
    return _carry_out(transition, session, locked, by=by, now=now, reason=reason.strip(), held_for=held_for)


def accept(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """ADM79 accepts the request."""
    return perform(TransitionName.ACCEPT, enrolment, by, now, role=Role.STAFF)


def refuse(enrolment: Enrolment, by: User, now: datetime, reason: str) -> Enrolment:
    """ADM79 refuses the request and says why."""
    return perform(TransitionName.REFUSE, enrolment, by, now, role=Role.STAFF, reason=reason)


def cancel(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """The official gives up the request, sent or not."""
    return perform(TransitionName.CANCEL, enrolment, by, now, role=Role.OFFICIAL)


def take_offer(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """The official takes the seat that was set free after the last day and proposed to them."""
    return perform(TransitionName.TAKE_OFFER, enrolment, by, now, role=Role.OFFICIAL)


def promote(session: Session, line: Iterable[Enrolment], now: datetime) -> None:
    """Give free seats to the first in line whose deadline still holds; past it, propose them. All are locked.

    Nobody new can ask for a seat any more by then: a seat that is proposed stays free until somebody takes it.
    """
    line = list(line)
    for enrolment in line:
        if session.seats_left > 0:
            _by_itself(TransitionName.PROMOTE, session, enrolment, now)
    free = session.seats_left
    for enrolment in line:
        if free > 0 and enrolment.state == State.WAITING:
            standing = enrolment.offered_at is not None and enrolment.offered_at + OFFER_STANDS > now
            free -= standing or _by_itself(TransitionName.OFFER, session, enrolment, now, OFFERED)


def _by_itself(name: TransitionName, session: Session, locked: Enrolment, now: datetime, words: str = "") -> bool:
    """Carry out a transition of the site, unless its guards refuse: whether it was done."""
    try:
        perform_locked(name, session, locked, by=None, now=now, role=Role.SYSTEM, reason=words)
    except RefusedError:
        return False  # not this one: the next in line may still come in time
    return True


def note(enrolment: Enrolment, what: str, *, by: User | None, now: datetime, reason: str) -> EnrolmentEvent:
    """Write in the journal what changed no state."""
    state = State(enrolment.state)
    return EnrolmentEvent.objects.create(
        enrolment=enrolment, at=now, by=by, transition=what, source=state, target=state, reason=reason
    )


def _facts(session: Session, enrolment: Enrolment, now: datetime) -> DossierFacts:
    return DossierFacts(
        today=timezone.localdate(now),
        last_day=enrolment.last_day_to_send or in_force.last_day_to_send(session),
        start=session.start,
        session_cancelled=session.cancelled_at is not None,
        training_withdrawn=session.training.status != Training.Status.PUBLISHED,
        seats_left=session.seats_left,
        rights_agreed=enrolment.rights_agreed,
        rights_expected=enrolment.rights_agreed,
        proof_holds=bool(enrolment.proof),
        answers_complete=enrolment.sent_at is not None,
        decided_from=decided_from(enrolment),
        told=enrolment.state == State.ACCEPTED and not notifications.is_unsaid(last_decision(enrolment)),
        offered=enrolment.offered_at is not None,
        newer_dossier=enrolment.state not in LIVE_STATES and newer_dossier(enrolment),
    )


def _check(
    transition: Transition, facts: DossierFacts, enrolment: Enrolment, *, by: User | None, role: Role, reason: str
) -> None:
    if role != transition.role or (role == Role.OFFICIAL and (by is None or by.pk != enrolment.user_id)):
        raise RefusedError(Refusal.WRONG_ROLE)
    if role == Role.STAFF and not (by and by.is_active and by.is_staff):
        raise RefusedError(Refusal.WRONG_ROLE)
    if enrolment.state not in transition.sources:
        raise RefusedError(Refusal.WRONG_STATE)
    if transition.needs_reason and not reason.strip():
        raise RefusedError(Refusal.NO_REASON)
    for guard in transition.guards:
        guard(facts)


def _carry_out(
    transition: Transition,
    session: Session,
    enrolment: Enrolment,
    *,
    by: User | None,
    now: datetime,
    reason: str,
    held_for: timedelta = notifications.AT_ONCE,
) -> Enrolment:
    source = State(enrolment.state)
    for effect in transition.effects:
        EFFECTS[effect](session, enrolment, source, now)
    enrolment.state = transition.target
    if transition.role == Role.STAFF or transition.target in {State.CANCELLED, State.LAPSED}:
        reopened = transition.name in TAKING_BACK
        enrolment.decided_at = None if transition.target in {State.SENT, State.WAITING} else now
        enrolment.decision_reason = "" if reopened else reason
    enrolment.save()
    if source == State.DRAFT:
        Draft.objects.filter(pk=enrolment.pk).delete()  # what was typed is sent, or serves no more
    event = EnrolmentEvent.objects.create(
        enrolment=enrolment,
        at=now,
        by=by,
        transition=transition.name,
        source=source,
        target=transition.target,
        reason=reason,
    )
    if not (transition.name in TAKING_BACK and notifications.unsaid(enrolment, before=event)):
        notifications.performed(transition, event, enrolment, held_for=held_for)
    return enrolment


def place_in_line(enrolment: Enrolment) -> int:
    """1 for the first of the waiting list; 0 when the dossier is not in it."""
    if enrolment.state != State.WAITING:
        return 0
    line = Enrolment.objects.filter(session=enrolment.session_id, state=State.WAITING, sent_at__lt=enrolment.sent_at)
    return line.count() + 1
