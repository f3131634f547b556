"""What happens to a dossier: each transition of the table, in one transaction, under locks.

Locks are always taken in the same order (session, dossier, account), so that two at once wait for each other and
never for one another. A transition changes the state, carries out its effects, writes one ``EnrolmentEvent`` and
its mail as a task row; refused (``RefusedError``), it has changed nothing and sent nothing.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session, Training
from catalogue.sessions import in_force
from core.models import Draft
from enrolment.dossiers import notifications
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.transitions import TRANSITIONS, Case, Effect, Name, Role, Transition
from enrolment.identity_checks import checks
from enrolment.models import LIVE_STATES, SEATED_STATES, Enrolment, EnrolmentEvent, Proof, State
from enrolment.rights import ledger

REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other on the telephone."""


@dataclass(frozen=True)
class Sending:
    """What a person sends: the checked answers, the amounts agreed at the funding step, how they proved themselves."""

    answers: dict[str, Any]
    price: Decimal
    rights: Decimal
    proof: Proof


@transaction.atomic
def create(user: User, session: Session, now: datetime) -> tuple[Enrolment, bool]:
    """Open a dossier, or find the live one the person already has for this session: (dossier, whether it is new).

    Raises RefusedError (TOO_LATE, SESSION_CANCELLED, TRAINING_WITHDRAWN). A full session is no obstacle: the
    request will go to the waiting list, and the pages say so from the start.
    """
    session = lock_session(session.pk)
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


def check_offer(session: Session, now: datetime) -> None:
    """Whether a request for this session may still be made. Raises RefusedError."""
    if session.cancelled_at:
        raise RefusedError(Refusal.SESSION_CANCELLED)
    if session.training.status != Training.Status.PUBLISHED:
        raise RefusedError(Refusal.TRAINING_WITHDRAWN)
    if timezone.localdate(now) > in_force.last_day_to_send(session):
        raise RefusedError(Refusal.TOO_LATE)


@transaction.atomic
def submit(enrolment: Enrolment, by: User, now: datetime, sending: Sending) -> Enrolment:
    """Send a dossier: it takes a seat, or its place in the waiting list when the session is full.

    Sent a second time, it is answered as it stands. Raises RefusedError, with everything as it was.
    """
    session, locked = _lock(enrolment)
    if locked.sent_at and locked.user_id == by.pk:
        return locked
    if session.seats_left > 0:
        promote_waiting(session, now, besides=by)  # seats that staff have just added belong to the line
    available = User.objects.lock(by).rights_balance
    case = _case(session, locked, now, available=available)
    case = replace(
        case,
        rights_agreed=sending.rights,
        rights_expected=ledger.share_covered(session.training.price, available),
        proof_holds=_proof_holds(sending.proof, by),
        answers_complete=bool(sending.answers) and sending.price == session.training.price,
    )
    line = TRANSITIONS[Name.SEND if session.seats_left > 0 else Name.QUEUE]
    _check(line, case, locked, by=by, role=Role.OFFICIAL, reason="")
    _fill(locked, session, now, sending)
    return _carry_out(line, session, locked, by=by, now=now, reason="")


@transaction.atomic
def perform(
    name: Name, enrolment: Enrolment, by: User | None, now: datetime, *, role: Role, reason: str = ""
) -> Enrolment:
    """Carry out a transition other than sending. Raises RefusedError, with everything as it was."""
    session, locked = _lock(enrolment)
    return perform_locked(name, session, locked, by=by, now=now, role=role, reason=reason)


def perform_locked(
    name: Name, session: Session, locked: Enrolment, *, by: User | None, now: datetime, role: Role, reason: str = ""
) -> Enrolment:
    """``perform`` on rows that the caller has locked."""
    line = TRANSITIONS[name]
    if Effect.CALL_NEXT in line.effects:
        waiting = Enrolment.objects.filter(session=session, state=State.WAITING)
        _lock_people({locked.user_id, *waiting.values_list("user_id", flat=True)})
    available = User.objects.lock(locked.user).rights_balance if locked.user else ledger.ZERO
    case = _case(session, locked, now, available=available)
    _check(line, case, locked, by=by, role=role, reason=reason)
    return _carry_out(line, session, locked, by=by, now=now, reason=reason.strip())


def accept(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """ADM79 accepts the request."""
    return perform(Name.ACCEPT, enrolment, by, now, role=Role.STAFF)


def refuse(enrolment: Enrolment, by: User, now: datetime, reason: str) -> Enrolment:
    """ADM79 refuses the request and says why."""
    return perform(Name.REFUSE, enrolment, by, now, role=Role.STAFF, reason=reason)


def cancel(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """The official gives up the request, sent or not."""
    return perform(Name.CANCEL, enrolment, by, now, role=Role.OFFICIAL)


def promote_waiting(session: Session, now: datetime, *, besides: User | None = None) -> None:
    """Give free seats to the first in line whose deadline and rights still hold. The session must be locked.

    The accounts of the line (and of *besides*) are locked in the order of their ids: two sessions that call the
    same people at once wait for each other.
    """
    for enrolment in lock_dossiers(session, {State.WAITING}, besides=besides):
        if session.seats_left <= 0:
            return
        try:
            perform_locked(Name.PROMOTE, session, enrolment, by=None, now=now, role=Role.SYSTEM)
        except RefusedError:
            continue  # not this one: the next in line may still come in time


def lock_dossiers(session: Session, states: Iterable[State], *, besides: User | None = None) -> list[Enrolment]:
    """The session's dossiers in these states, first sent first, and their accounts: all locked, in the one order."""
    dossiers = Enrolment.objects.filter(session=session, state__in=states).order_by("sent_at", "id")
    locked = list(dossiers.select_for_update(of=("self",)))
    for enrolment in locked:
        enrolment.session = session
    _lock_people({enrolment.user_id for enrolment in locked} | ({besides.pk} if besides else set()))
    return locked


def note(enrolment: Enrolment, what: str, *, by: User | None, now: datetime, reason: str) -> EnrolmentEvent:
    """Write in the journal what changed no state."""
    state = State(enrolment.state)
    return EnrolmentEvent.objects.create(
        enrolment=enrolment, at=now, by=by, transition=what, source=state, target=state, reason=reason
    )


def _lock_people(ids: set[Any]) -> None:
    people = User.objects.select_for_update(of=("self",)).filter(pk__in=ids - {None}).order_by("pk")
    list(people.values_list("pk"))


def lock_session(session_id: int) -> Session:
    """The session's row, locked until the transaction ends: the first lock taken, and the guard of its seats."""
    return Session.objects.select_related("training").select_for_update(of=("self",)).get(pk=session_id)


def _lock(enrolment: Enrolment) -> tuple[Session, Enrolment]:
    session = lock_session(enrolment.session_id)
    locked = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    locked.session = session
    return session, locked


def _case(session: Session, enrolment: Enrolment, now: datetime, *, available: Decimal) -> Case:
    return Case(
        today=timezone.localdate(now),
        last_day=enrolment.last_day_to_send or in_force.last_day_to_send(session),
        start=session.start,
        session_cancelled=session.cancelled_at is not None,
        training_withdrawn=session.training.status != Training.Status.PUBLISHED,
        seats_left=session.seats_left,
        rights_available=available,
        rights_agreed=enrolment.rights_agreed,
        rights_expected=enrolment.rights_agreed,
        proof_holds=bool(enrolment.proof),
        answers_complete=enrolment.sent_at is not None,
    )


def _proof_holds(proof: Proof, user: User) -> bool:
    return proof == Proof.FRANCECONNECT or (proof == Proof.PASSWORD and checks.has_verified_identity(user))


def _check(line: Transition, case: Case, enrolment: Enrolment, *, by: User | None, role: Role, reason: str) -> None:
    if role != line.role or (role == Role.OFFICIAL and (by is None or by.pk != enrolment.user_id)):
        raise RefusedError(Refusal.WRONG_ROLE)
    if role == Role.STAFF and not (by and by.is_active and by.is_staff):
        raise RefusedError(Refusal.WRONG_ROLE)
    if enrolment.state not in line.sources:
        raise RefusedError(Refusal.WRONG_STATE)
    if line.needs_reason and not reason.strip():
        raise RefusedError(Refusal.NO_REASON)
    for guard in line.guards:
        guard(case)


def _fill(enrolment: Enrolment, session: Session, now: datetime, sending: Sending) -> None:
    for field, value in sending.answers.items():
        setattr(enrolment, field, value)
    enrolment.sent_at = now
    enrolment.reference = _new_reference()
    enrolment.proof = sending.proof
    enrolment.price = sending.price
    enrolment.rights_agreed = sending.rights
    enrolment.last_day_to_send = in_force.last_day_to_send(session)
    enrolment.deadline_rule = in_force.rule_in_words()


def _new_reference() -> str:
    """Such as « 79-7KQ2-M4XW »: 40 bits that nobody can guess and anybody can spell out."""
    letters = [secrets.choice(REFERENCE_LETTERS) for _ in range(8)]
    return f"79-{''.join(letters[:4])}-{''.join(letters[4:])}"


def _carry_out(
    line: Transition, session: Session, enrolment: Enrolment, *, by: User | None, now: datetime, reason: str
) -> Enrolment:
    source = State(enrolment.state)
    for effect in line.effects:
        _EFFECTS[effect](session, enrolment, source, now)
    enrolment.state = line.target
    if line.role == Role.STAFF or line.target in {State.CANCELLED, State.LAPSED}:
        enrolment.decided_at = now
        enrolment.decision_reason = reason
    enrolment.save()
    if source == State.DRAFT:
        Draft.objects.filter(pk=enrolment.pk).delete()  # what was typed is sent, or serves no more
    event = EnrolmentEvent.objects.create(
        enrolment=enrolment, at=now, by=by, transition=line.name, source=source, target=line.target, reason=reason
    )
    notifications.transition(line, event, enrolment)
    if Effect.CALL_NEXT in line.effects:
        promote_waiting(session, now)
    return enrolment


def _take_seat(session: Session, *_: Any) -> None:
    Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") + 1)
    session.seats_taken += 1


def _free_seat(session: Session, _enrolment: Enrolment, source: State, *_: Any) -> None:
    if source in SEATED_STATES:
        Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") - 1)
        session.seats_taken -= 1


_EFFECTS = {
    Effect.TAKE_SEAT: _take_seat,
    Effect.FREE_SEAT: _free_seat,
    Effect.RESERVE_RIGHTS: lambda _s, enrolment, _source, now: ledger.reserve(enrolment, enrolment.rights_agreed, now),
    Effect.RELEASE_RIGHTS: lambda _s, enrolment, _source, now: ledger.release(enrolment, now),
    Effect.USE_RIGHTS: lambda _s, enrolment, _source, now: ledger.use(enrolment, now),
    Effect.CALL_NEXT: lambda *_: None,
}


def place_in_line(enrolment: Enrolment) -> int:
    """1 for the first of the waiting list; 0 when the dossier is not in it."""
    if enrolment.state != State.WAITING:
        return 0
    line = Enrolment.objects.filter(session=enrolment.session_id, state=State.WAITING, sent_at__lt=enrolment.sent_at)
    return line.count() + 1
