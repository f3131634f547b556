"""What a transition does besides changing the state: carried out, and said to staff before they decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F

from catalogue.models import Session
from core.french import euros
from enrolment.dossiers.vocabulary import Effect, Transition
from enrolment.models import SEATED_STATES, Enrolment, State
from enrolment.rights import ledger


def _take_seat(session: Session, *_: Any) -> None:
    Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") + 1)
    session.seats_taken += 1


def _free_seat(session: Session, _enrolment: Enrolment, source: State, *_: Any) -> None:
    if source in SEATED_STATES:
        Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") - 1)
        session.seats_taken -= 1


EFFECTS: dict[Effect, Callable[[Session, Enrolment, State, datetime], object]] = {
    Effect.TAKE_SEAT: _take_seat,
    Effect.FREE_SEAT: _free_seat,
    Effect.RESERVE_RIGHTS: lambda _s, enrolment, _source, now: ledger.reserve(enrolment, enrolment.rights_agreed, now),
    Effect.RELEASE_RIGHTS: lambda _s, enrolment, _source, now: ledger.release(enrolment, now),
    Effect.USE_RIGHTS: lambda _s, enrolment, _source, now: ledger.use(enrolment, now),
    Effect.GIVE_BACK_USE: lambda _s, enrolment, _source, now: ledger.give_back_use(enrolment, now),
    Effect.NOTE_OFFER: lambda _s, enrolment, _source, now: setattr(enrolment, "offered_at", now),
    Effect.ASK_SUMS: lambda _s, enrolment, _source, _now: setattr(enrolment, "sums_to_agree", True),
    Effect.CALL_NEXT: lambda *_: None,
}


def foreseen(line: Transition, enrolment: Enrolment) -> tuple[str, ...]:
    """What a transition would do besides changing the state, in sentences for staff; nothing is locked or changed."""
    said = []
    held = enrolment.state in SEATED_STATES
    if Effect.FREE_SEAT in line.effects and held:
        said.append("La place est libérée.")
    if Effect.RELEASE_RIGHTS in line.effects and enrolment.rights_used:
        said.append(f"{euros(enrolment.rights_used)} de droits réservés sur ce site sont rendus.")
    if Effect.USE_RIGHTS in line.effects and enrolment.rights_used:
        said.append(f"{euros(enrolment.rights_used)} de droits réservés sur ce site sont notés utilisés.")
    if Effect.TAKE_SEAT in line.effects and not held:
        said.append("Une place est prise.")
    if Effect.RESERVE_RIGHTS in line.effects and enrolment.rights_agreed:
        said.append(f"{euros(enrolment.rights_agreed)} de droits sont réservés sur ce site.")
    if Effect.GIVE_BACK_USE in line.effects and enrolment.rights_used:
        said.append(f"{euros(enrolment.rights_used)} de droits utilisés redeviennent réservés sur ce site.")
    if Effect.CALL_NEXT in line.effects and held:
        waiting = Enrolment.objects.filter(session=enrolment.session_id, state=State.WAITING)
        if first := waiting.select_related("user").order_by("sent_at", "id").first():
            said.append(f"La place est proposée à la liste d'attente, d'abord à {first.user}.")
    return tuple(said)
