"""The life of a dossier as one table: from which states, to which, by whom, under what condition, with what effect.

Pure: no request, no query, no clock. ``workflow`` carries the transitions out; ``manage.py transitions``
prints this table.
"""

from enrolment.dossiers.guards import (
    answers_complete,
    begun,
    decided_from,
    dif_may_pay,
    in_time,
    mcf_clock_known,
    no_newer_dossier,
    not_begun,
    not_offered,
    not_told,
    offered,
    out_of_time,
    proved,
    rights_as_agreed,
    seat_left,
    session_called_off,
    session_full,
    session_holds,
    training_offered,
)
from enrolment.dossiers.vocabulary import Effect, Role, Transition, TransitionName
from enrolment.models import State

SENDING_GUARDS = (
    session_holds,
    training_offered,
    in_time,
    proved,
    answers_complete,
    dif_may_pay,
    mcf_clock_known,
    rights_as_agreed,
)
"""What sending asks, with a seat or for the waiting list."""
UNDO_REQUEST = (Effect.FREE_SEAT, Effect.RELEASE_RIGHTS, Effect.CALL_NEXT)
"""Undoes a sent request; does nothing to a dossier that holds neither seat nor rights."""
SEATED = (Effect.TAKE_SEAT, Effect.RESERVE_RIGHTS)
BACK = "Revenir sur cette décision"
BACK_GUARDS = (answers_complete, session_holds, not_begun, no_newer_dossier)
"""What taking a refusal or a cancellation back asks, with or without a seat: nothing depends on it yet."""

_TABLE = (
    Transition(
        name=TransitionName.SEND,
        label="Envoyer la demande",
        sources=frozenset({State.DRAFT}),
        target=State.SENT,
        role=Role.OFFICIAL,
        guards=(*SENDING_GUARDS, seat_left),
        effects=SEATED,
        mail="request_sent",
    ),
    Transition(
        name=TransitionName.QUEUE,
        label="Entrer en liste d'attente",
        sources=frozenset({State.DRAFT}),
        target=State.WAITING,
        role=Role.OFFICIAL,
        guards=(*SENDING_GUARDS, session_full),
        mail="request_waiting",
    ),
    Transition(
        name=TransitionName.PROMOTE,
        label="Donner la place libérée",
        sources=frozenset({State.WAITING}),
        target=State.SENT,
        role=Role.SYSTEM,
        guards=(session_holds, in_time, seat_left),
        effects=(*SEATED, Effect.ASK_SUMS),
        mail="seat_freed",
    ),
    Transition(
        name=TransitionName.ACCEPT,
        label="Accepter la demande",
        sources=frozenset({State.SENT}),
        target=State.ACCEPTED,
        role=Role.STAFF,
        guards=(session_holds, not_begun),
        mail="request_accepted",
    ),
    Transition(
        name=TransitionName.REFUSE,
        label="Refuser la demande",
        sources=frozenset({State.SENT, State.WAITING}),
        target=State.REFUSED,
        role=Role.STAFF,
        effects=UNDO_REQUEST,
        mail="request_refused",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.CANCEL,
        label="Annuler ma demande",
        sources=frozenset({State.DRAFT, State.SENT, State.WAITING, State.ACCEPTED}),
        target=State.CANCELLED,
        role=Role.OFFICIAL,
        guards=(not_begun,),
        effects=UNDO_REQUEST,
        mail="request_cancelled",
    ),
    Transition(
        name=TransitionName.CANCEL_BY_STAFF,
        label="Annuler la demande",
        sources=frozenset({State.SENT, State.WAITING, State.ACCEPTED}),
        target=State.CANCELLED,
        role=Role.STAFF,
        effects=UNDO_REQUEST,
        mail="request_cancelled_by_staff",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.CANCEL_WITH_SESSION,
        label="Annuler avec la session",
        sources=frozenset({State.DRAFT, State.SENT, State.WAITING, State.ACCEPTED}),
        target=State.CANCELLED,
        role=Role.SYSTEM,
        guards=(session_called_off,),
        effects=(Effect.FREE_SEAT, Effect.RELEASE_RIGHTS),
        mail="session_cancelled",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.ATTEND,
        label="Noter la présence",
        sources=frozenset({State.ACCEPTED}),
        target=State.ATTENDED,
        role=Role.STAFF,
        guards=(begun,),
        effects=(Effect.USE_RIGHTS,),
        mail="attended",
    ),
    Transition(
        name=TransitionName.MISS,
        label="Noter l'absence",
        sources=frozenset({State.ACCEPTED}),
        target=State.ABSENT,
        role=Role.STAFF,
        guards=(begun,),
        effects=(Effect.RELEASE_RIGHTS,),
        mail="absent",
    ),
    Transition(
        name=TransitionName.LAPSE,
        label="Clore, délai dépassé",
        sources=frozenset({State.DRAFT}),
        target=State.LAPSED,
        role=Role.SYSTEM,
        guards=(out_of_time,),
        mail="lapsed",
    ),
    Transition(
        name=TransitionName.CLOSE_LINE,
        label="Clore la liste d'attente",
        sources=frozenset({State.WAITING}),
        target=State.LAPSED,
        role=Role.SYSTEM,
        guards=(begun,),
        mail="lapsed",
    ),
    Transition(
        name=TransitionName.OFFER,
        label="Proposer la place libérée",
        sources=frozenset({State.WAITING}),
        target=State.WAITING,
        role=Role.SYSTEM,
        guards=(session_holds, out_of_time, not_begun, not_offered, seat_left),
        effects=(Effect.NOTE_OFFER,),
        mail="seat_offered",
    ),
    Transition(
        name=TransitionName.TAKE_OFFER,
        label="Prendre la place proposée",
        sources=frozenset({State.WAITING}),
        target=State.SENT,
        role=Role.OFFICIAL,
        guards=(offered, session_holds, not_begun, seat_left),
        effects=(*SEATED, Effect.ASK_SUMS),
        mail="seat_freed",
    ),
    Transition(
        name=TransitionName.GIVE_SEAT,
        label="Donner une place",
        sources=frozenset({State.WAITING}),
        target=State.SENT,
        role=Role.STAFF,
        guards=(session_holds, not_begun, seat_left),
        effects=(*SEATED, Effect.ASK_SUMS),
        mail="seat_freed",
    ),
    Transition(
        name=TransitionName.BACK_TO_SENT,
        label=BACK,
        sources=frozenset({State.REFUSED, State.CANCELLED}),
        target=State.SENT,
        role=Role.STAFF,
        guards=(decided_from(State.SENT), *BACK_GUARDS, seat_left),
        effects=SEATED,
        mail="decision_taken_back",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.BACK_TO_WAITING,
        label=BACK,
        sources=frozenset({State.REFUSED, State.CANCELLED}),
        target=State.WAITING,
        role=Role.STAFF,
        guards=(decided_from(State.WAITING), *BACK_GUARDS, in_time),
        mail="decision_taken_back",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.BACK_TO_ACCEPTED,
        label=BACK,
        sources=frozenset({State.CANCELLED}),
        target=State.ACCEPTED,
        role=Role.STAFF,
        guards=(decided_from(State.ACCEPTED), *BACK_GUARDS, seat_left),
        effects=SEATED,
        mail="decision_taken_back",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.UNDO_ATTEND,
        label=BACK,
        sources=frozenset({State.ATTENDED}),
        target=State.ACCEPTED,
        role=Role.STAFF,
        guards=(no_newer_dossier,),
        effects=(Effect.GIVE_BACK_USE,),
        mail="decision_taken_back",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.UNDO_MISS,
        label=BACK,
        sources=frozenset({State.ABSENT}),
        target=State.ACCEPTED,
        role=Role.STAFF,
        guards=(no_newer_dossier,),
        effects=(Effect.RESERVE_RIGHTS,),
        mail="decision_taken_back",
        needs_reason=True,
    ),
    Transition(
        name=TransitionName.UNDO_ACCEPT,
        label=BACK,
        sources=frozenset({State.ACCEPTED}),
        target=State.SENT,
        role=Role.STAFF,
        guards=(not_told, session_holds, not_begun),
        mail="decision_taken_back",
        needs_reason=True,
    ),
)
TAKING_BACK = frozenset(transition.name for transition in _TABLE if transition.label == BACK)
"""The ways back from a decision of staff; at most one of them applies to a dossier."""
TRANSITIONS: dict[TransitionName, Transition] = {transition.name: transition for transition in _TABLE}


NOTES = {
    "create": "Créer le dossier",
    "prepare": "Préparer au téléphone",
    "move": "Déplacer la session",
    "take_over": "Rattacher à un autre compte",
    "quote": "Montants recalculés",
    "agree": "Montants acceptés",
    "agreement": "Accord de la collectivité",
}
"""What the journal also holds, though it is no line of the table."""


def label_of(name: str) -> str:
    """What people read for a line of the journal."""
    return TRANSITIONS[TransitionName(name)].label if name in TRANSITIONS else NOTES[name]


def allowed_from(state: State | str, role: Role) -> list[Transition]:
    """The transitions that this role may ask for in this state; their guards are still to be checked."""
    return [transition for transition in _TABLE if transition.role == role and state in transition.sources]
