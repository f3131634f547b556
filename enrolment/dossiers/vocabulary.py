"""The words in which the table of transitions is written: who acts, what is done besides, the names, one line.

Pure, as the table is (``transitions``).
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from core.enums import LabelledEnum
from enrolment.dossiers.guards import Guard
from enrolment.models import State


class Role(LabelledEnum):
    """Who acts."""

    OFFICIAL = "official", "élu"
    STAFF = "staff", "ADM79"
    SYSTEM = "system", "site"


class Effect(LabelledEnum):
    """What a transition does besides changing the state; carried out in this order, in the same transaction."""

    FREE_SEAT = "free_seat", "libère la place"
    TAKE_SEAT = "take_seat", "prend une place"
    RELEASE_RIGHTS = "release_rights", "rend les droits réservés"
    RESERVE_RIGHTS = "reserve_rights", "réserve les droits"
    NOTE_OFFER = "note_offer", "note que la place est proposée"
    ASK_SUMS = "ask_sums", "demande de confirmer le financement"
    USE_RIGHTS = "use_rights", "utilise les droits"
    GIVE_BACK_USE = "give_back_use", "réserve à nouveau les droits utilisés"
    CALL_NEXT = "call_next", "appelle le premier de la liste d'attente"


class TransitionName(StrEnum):
    """The transitions, as the code calls them."""

    SEND = auto()
    QUEUE = auto()
    PROMOTE = auto()
    ACCEPT = auto()
    REFUSE = auto()
    CANCEL = auto()
    CANCEL_BY_STAFF = auto()
    CANCEL_WITH_SESSION = auto()
    ATTEND = auto()
    MISS = auto()
    LAPSE = auto()
    CLOSE_LINE = auto()
    OFFER = auto()
    TAKE_OFFER = auto()
    GIVE_SEAT = auto()
    BACK_TO_SENT = auto()
    BACK_TO_WAITING = auto()
    BACK_TO_ACCEPTED = auto()
    UNDO_ATTEND = auto()
    UNDO_MISS = auto()
    UNDO_ACCEPT = auto()


@dataclass(frozen=True)
class Transition:
    """One line of the table. ``mail`` is a template of ``templates/emails``; *needs_reason*: the mail says why."""

    name: TransitionName
    label: str
    sources: frozenset[State]
    target: State
    role: Role
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    mail: str = ""
    needs_reason: bool = False
