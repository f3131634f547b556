"""The sums that a person agreed to, against what is known now: quoted again, agreed again, or paid otherwise.

Nothing is owed by surprise: as long as new sums wait for an agreement the dossier keeps those that were agreed, and
the page shows the old and the new.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalogue.sessions import in_force
from catalogue.sessions.clocks import Stretch
from catalogue.sessions.session_status import has_begun
from core.french import euros
from core.locks import lock
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.funding.agreements import is_signed
from enrolment.models import SEATED_STATES, WITH_DIF, Enrolment, Funding, Milestone, State
from enrolment.rights import ledger
from enrolment.rights.position import Position
from enrolment.rights.quote import Quote, quote_by
from enrolment.rights.readings import position_of
from enrolment.rights.sums import shares, sums

OPEN = (State.SENT, State.ACCEPTED, State.WAITING)
"""The states in which sums were agreed and nothing is over yet."""

NO_CHANGE: Mapping[Enrolment, str] = MappingProxyType({})

type Agreed = tuple[Decimal, Decimal, Decimal]
"""Price, part of the DIF, part of the commune, in euros."""


def quotes_of(user: User, today: date, instead: Mapping[Enrolment, str] = NO_CHANGE) -> dict[Enrolment, Quote]:
    """What each open dossier would be agreed at today; the amount read goes to the first sent, those in line last.

    *instead*: another funding to try. What MCF had taken when the amount was read is settled, and not quoted again.
    """
    known = position_of(user, today)
    dossiers = sorted(
        _open_dossiers(user, known), key=lambda each: (each.state == State.WAITING, each.sent_at, each.pk)
    )
    for each in dossiers:
        each.funding = instead.get(each, each.funding)
    if known.reading and known.is_sure:
        wanted = [each.price or Decimal(0) if each.uses_dif else Decimal(0) for each in dossiers]
        given = shares(known.reading.amount, wanted)
        return {each: _quote(each, known, share) for each, share in zip(dossiers, given, strict=True)}
    return {each: quote_by(known, each.price or Decimal(0), each.funding) for each in dossiers}


def _open_dossiers(user: User, known: Position) -> list[Enrolment]:
    mine = Enrolment.objects.filter(user=user, state__in=OPEN).select_related("session__training", "user")
    if known.reading:
        settled = Q(
            milestones__milestone=Milestone.VALIDATED,
            milestones__undone_at=None,
            milestones__on__lte=known.reading.on,
        )
        begun = Q(session__start__lte=known.reading.on)
        mine = mine.exclude(pk__in=Enrolment.objects.filter(settled | begun, user=user).values("pk"))
    return list(mine)


def _quote(enrolment: Enrolment, known: Position, share: Decimal) -> Quote:
    parts = sums(enrolment.funding, enrolment.price or Decimal(0), share)
    return Quote(parts.price, parts.rights, parts.public, enrolment.funding, known)


def agreed_by(enrolment: Enrolment) -> Agreed:
    """What was agreed for this dossier."""
    return enrolment.price or Decimal(0), enrolment.rights_agreed, enrolment.public_agreed


@transaction.atomic
def quote_again(user: User, now: datetime) -> int:
    """Compare what was agreed with what is known now; where it differs, ask and tell. Return how many were asked."""
    _lock(user)
    asked = 0
    for enrolment, found in quotes_of(user, timezone.localdate(now)).items():
        differs = found.agreed != agreed_by(enrolment)
        if differs == enrolment.sums_to_agree:
            continue
        Enrolment.objects.filter(pk=enrolment.pk).update(sums_to_agree=differs)
        if differs:
            workflow.note(enrolment, "quote", by=None, now=now, reason=_in_words("Nouveaux montants", found))
            notifications.sums_changed(enrolment, found, now)
            asked += 1
    return asked


def quote_after(user: User, now: datetime, **_: Any) -> None:
    """An amount has just been read: the same transaction quotes again."""
    quote_again(user, now)


def quote_soon(user: User, **_: Any) -> None:
    """A mandate was recognised, lost, ended or corrected: quote again as soon as that is committed.

    Dossiers come before accounts and mandates in the order of locks, so not in the same transaction. What fails then
    is in the log, and made good by the next run of ``quote_everybody_again``.
    """
    transaction.on_commit(lambda: quote_again(user, timezone.now()), robust=True)


@transaction.atomic
def agree(enrolment: Enrolment, by: User, now: datetime, seen: Agreed) -> Enrolment:
    """The person accepts the sums as the page showed them. Raises RefusedError (RIGHTS_CHANGED, WRONG_STATE)."""
    _lock(by)
    found = _current(enrolment, by, now)
    if found.agreed != seen:
        raise RefusedError(Refusal.RIGHTS_CHANGED)
    return _settle(Enrolment.objects.get(pk=enrolment.pk), found, by, now, _in_words("Montants acceptés", found))


@transaction.atomic
def change_funding(
    enrolment: Enrolment, by: User, now: datetime, *, funding: str, reason: str, accepts_risk: bool, seen: Agreed
) -> Enrolment:
    """Pay otherwise, with the reason to the journal; the sums are those that the page showed.

    By the person until the first day; an agreement that a commune signed is left through staff only. Raises
    RefusedError (SIGNED, BEGUN, DIF_ENDED, MCF_CLOCK, RIGHTS_CHANGED, NO_REASON, WRONG_STATE).
    """
    holder = enrolment.user
    if holder is None:
        raise RefusedError(Refusal.WRONG_STATE)
    _lock(holder)
    locked = Enrolment.objects.select_related("session__training", "user").get(pk=enrolment.pk)
    today = timezone.localdate(now)
    if not reason.strip():
        raise RefusedError(Refusal.NO_REASON)
    if has_begun(locked.session.start, today):
        raise RefusedError(Refusal.BEGUN)
    if by.pk == locked.user_id and is_signed(locked):
        raise RefusedError(Refusal.SIGNED)
    late = in_force.clocks_of(locked.session).stretch(today) != Stretch.FINE
    if funding in WITH_DIF and late and not accepts_risk:
        raise RefusedError(Refusal.MCF_CLOCK)
    locked.funding, locked.accepts_mcf_risk = funding, accepts_risk
    Enrolment.objects.filter(pk=locked.pk).update(funding=funding, accepts_mcf_risk=accepts_risk)
    found = _current(locked, holder, now)
    if funding in WITH_DIF and not found.position.dif_usable:
        raise RefusedError(Refusal.DIF_ENDED)
    if found.agreed != seen:
        raise RefusedError(Refusal.RIGHTS_CHANGED)
    words = f"Financement changé : {Funding(funding).label}. {reason.strip()}"
    return _settle(locked, found, by, now, words)


def quote_for(enrolment: Enrolment, today: date) -> Quote | None:
    """What this dossier would be agreed at today; None when it is over, or settled on MCF."""
    return quotes_of(enrolment.user, today).get(enrolment) if enrolment.user else None


def quote_if(enrolment: Enrolment, funding: str, today: date) -> Quote | None:
    """The same, if it were paid by *funding*; nothing is changed."""
    return quotes_of(enrolment.user, today, {enrolment: funding}).get(enrolment) if enrolment.user else None


def _lock(user: User) -> None:
    lock(Enrolment.objects.filter(user=user, state__in=OPEN), User.objects.filter(pk=user.pk))


def _current(enrolment: Enrolment, user: User, now: datetime) -> Quote:
    found = quotes_of(user, timezone.localdate(now)).get(enrolment)
    if found is None:
        raise RefusedError(Refusal.WRONG_STATE)
    return found


def _settle(enrolment: Enrolment, found: Quote, by: User, now: datetime, words: str) -> Enrolment:
    """Write the new agreement down; what is set aside follows."""
    ledger.release(enrolment, now)
    enrolment.rights_agreed, enrolment.public_agreed = found.rights, found.public
    if enrolment.state in SEATED_STATES:
        ledger.reserve(enrolment, found.rights, now)
    enrolment.sums_to_agree = False
    enrolment.save()
    workflow.note(enrolment, "agree", by=by, now=now, reason=words)
    return enrolment


def _in_words(what: str, found: Quote) -> str:
    parts = [f"DIF élus {euros(found.rights)}", f"collectivité {euros(found.public)}", f"élu {euros(found.to_pay)}"]
    return f"{what} : {', '.join(parts)}."
