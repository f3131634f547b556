"""What a transition of a dossier asks before it is carried out. Pure: facts come in, a refusal comes out.

The docstring of a guard is what ``manage.py transitions`` prints of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalogue.sessions.session_status import has_begun, is_full, is_too_late
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import State


@dataclass(frozen=True)
class DossierFacts:
    """What the guards look at, read under the locks."""

    today: date
    last_day: date
    start: date
    session_cancelled: bool
    training_withdrawn: bool
    seats_left: int
    rights_agreed: Decimal
    rights_expected: Decimal
    proof_holds: bool
    answers_complete: bool
    decided_from: State | None = None
    """The state from which staff refused or cancelled it; None when its last change was no such decision."""
    newer_dossier: bool = False
    """Whether the person has since opened another dossier for this session."""
    public_agreed: Decimal = Decimal(0)
    public_expected: Decimal = Decimal(0)
    dif_usable: bool = True
    mcf_clock_known: bool = True
    told: bool = False
    """Whether the mail of the last decision has left."""
    offered: bool = False
    """Whether a seat set free after the last day was proposed to this person."""


type Guard = Callable[[DossierFacts], None]
"""Raises ``RefusedError`` when the facts do not allow the transition."""


def in_time(facts: DossierFacts) -> None:
    """Dans le délai."""
    if is_too_late(facts.last_day, facts.today):
        raise RefusedError(Refusal.TOO_LATE)


def session_holds(facts: DossierFacts) -> None:
    """Session maintenue."""
    if facts.session_cancelled:
        raise RefusedError(Refusal.SESSION_CANCELLED)


def training_offered(facts: DossierFacts) -> None:
    """Formation publiée."""
    if facts.training_withdrawn:
        raise RefusedError(Refusal.TRAINING_WITHDRAWN)


def seat_left(facts: DossierFacts) -> None:
    """Une place est libre."""
    if is_full(facts.seats_left):
        raise RefusedError(Refusal.FULL)


def session_full(facts: DossierFacts) -> None:
    """Session complète."""
    if not is_full(facts.seats_left):
        raise RefusedError(Refusal.NOT_FULL)


def proved(facts: DossierFacts) -> None:
    """Identification de moins de 30 minutes."""
    if not facts.proof_holds:
        raise RefusedError(Refusal.NOT_PROVED)


def answers_complete(facts: DossierFacts) -> None:
    """Réponses complètes."""
    if not facts.answers_complete:
        raise RefusedError(Refusal.INCOMPLETE)


def rights_as_agreed(facts: DossierFacts) -> None:
    """Prix et droits inchangés depuis l'accord."""
    agreed = (facts.rights_agreed, facts.public_agreed)
    if agreed != (facts.rights_expected, facts.public_expected):
        raise RefusedError(Refusal.RIGHTS_CHANGED)


def dif_may_pay(facts: DossierFacts) -> None:
    """Mandat non terminé, ou autre financement que le DIF."""
    if not facts.dif_usable:
        raise RefusedError(Refusal.DIF_ENDED)


def mcf_clock_known(facts: DossierFacts) -> None:
    """Délai de Mon Compte Formation tenu, accepté, ou autre financement que le DIF."""
    if not facts.mcf_clock_known:
        raise RefusedError(Refusal.MCF_CLOCK)


def not_begun(facts: DossierFacts) -> None:
    """Avant le premier jour."""
    if has_begun(facts.start, facts.today):
        raise RefusedError(Refusal.BEGUN)


def begun(facts: DossierFacts) -> None:
    """À partir du premier jour."""
    if not has_begun(facts.start, facts.today):
        raise RefusedError(Refusal.NOT_BEGUN)


def out_of_time(facts: DossierFacts) -> None:
    """Délai dépassé."""
    if not is_too_late(facts.last_day, facts.today):
        raise RefusedError(Refusal.STILL_TIME)


def session_called_off(facts: DossierFacts) -> None:
    """Session annulée."""
    if not facts.session_cancelled:
        raise RefusedError(Refusal.SESSION_HOLDS)


def decided_from(state: State) -> Guard:
    """A guard: what staff decided last, they decided from *state*."""

    def decided(facts: DossierFacts) -> None:
        if facts.decided_from != state:
            raise RefusedError(Refusal.NOT_OURS)

    decided.__doc__ = f"Décidée par l'ADM79 quand elle était « {state.label} »."
    decided.__name__ = f"decided_from_{state.value}"
    return decided


def not_told(facts: DossierFacts) -> None:
    """Le mail de la décision n'est pas parti."""
    if facts.told:
        raise RefusedError(Refusal.TOLD)


def offered(facts: DossierFacts) -> None:
    """La place lui est proposée."""
    if not facts.offered:
        raise RefusedError(Refusal.NOT_OFFERED)


def not_offered(facts: DossierFacts) -> None:
    """Pas encore proposée à cette personne."""
    if facts.offered:
        raise RefusedError(Refusal.OFFERED)


def no_newer_dossier(facts: DossierFacts) -> None:
    """Pas d'autre dossier ouvert depuis."""
    if facts.newer_dossier:
        raise RefusedError(Refusal.NEWER_DOSSIER)
