"""The movements that this site notes about a person's DIF élus, in euros: two accounts in one journal.

Credits and corrections follow from the mandates; ``User.rights_balance`` repeats their sum, never below zero. It is no
balance of what may be spent: that is on Mon Compte Formation, and known here only when somebody reads it there
(``enrolment.rights.readings``). Reservations, releases and uses follow the dossiers, and need no balance. Every
movement locks the account's row first, so two at once wait for each other. Nothing here knows
amounts: they come from the barèmes (``catalogue.models.Scale``).
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from enrolment.models import Enrolment, LedgerEntry

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
Kind = LedgerEntry.Kind
CREDITED = (Kind.CREDIT, Kind.CORRECTION)
"""The kinds that ``User.rights_balance`` adds up."""


class NotEnoughRightsError(Exception):
    """The movement would take the balance below zero."""


def credited_rights(user: User) -> Decimal:
    """Euros that the mandates brought by the barèmes, corrections included; nothing says that they are still there."""
    total = LedgerEntry.objects.filter(user=user, kind__in=CREDITED).aggregate(total=Sum("amount"))["total"]
    return (total or ZERO).quantize(CENT)


@transaction.atomic
def credit(user: User, amount: Decimal, year: int, now: datetime, *, cap: Decimal | None = None) -> LedgerEntry | None:
    """Add the yearly credit of *year*, cut so that the balance stays within *cap*; None when it is already there.

    A credit that the cap reduces to nothing is written all the same: the year has been dealt with, and the person
    sees why nothing came. One that was taken back with its mandate comes back with it.
    """
    locked = User.objects.lock(user)
    if LedgerEntry.objects.filter(user=locked, kind=Kind.CREDIT, year=year).exists():
        return _give_again(locked, year, now)
    granted = amount if cap is None else max(ZERO, min(amount, cap - locked.rights_balance))
    reason = "" if granted == amount else "Limité par le plafond du compte."
    return _write(locked, Kind.CREDIT, granted, now, year=year, reason=reason)


@transaction.atomic
def reserve(enrolment: Enrolment, amount: Decimal, now: datetime) -> None:
    """Set *amount* aside for a dossier; nothing is written for zero."""
    if amount and enrolment.user:
        _write(User.objects.lock(enrolment.user), Kind.RESERVATION, -amount, now, enrolment=enrolment)
        enrolment.rights_used = amount


@transaction.atomic
def release(enrolment: Enrolment, now: datetime) -> None:
    """Give back what a dossier had set aside: refused, cancelled or absent."""
    if enrolment.rights_used and enrolment.user:
        locked = User.objects.lock(enrolment.user)
        _write(locked, Kind.RELEASE, enrolment.rights_used, now, enrolment=enrolment)
        enrolment.rights_used = ZERO
        for year, owed in _owed(locked).items():
            _take_back(locked, year, owed, now)


@transaction.atomic
def use(enrolment: Enrolment, now: datetime) -> None:
    """Turn what a dossier had set aside into rights used: the training was followed."""
    if enrolment.rights_used and enrolment.user:
        locked = User.objects.lock(enrolment.user)
        _write(locked, Kind.RELEASE, enrolment.rights_used, now, enrolment=enrolment)
        _write(locked, Kind.USE, -enrolment.rights_used, now, enrolment=enrolment)


@transaction.atomic
def give_back_use(enrolment: Enrolment, now: datetime) -> None:
    """Turn rights used into rights set aside again: the presence was noted by mistake. The balance stays."""
    if enrolment.rights_used and enrolment.user:
        locked = User.objects.lock(enrolment.user)
        _write(locked, Kind.USE_UNDONE, enrolment.rights_used, now, enrolment=enrolment)
        _write(locked, Kind.RESERVATION, -enrolment.rights_used, now, enrolment=enrolment)


@transaction.atomic
def correct(user: User, amount: Decimal, reason: str, by: User | None, now: datetime) -> LedgerEntry:
    """A correction by staff, up or down, which says why.

    Raises ValueError without a reason or for nothing, NotEnoughRightsError when the balance would go below zero.
    """
    if not reason.strip():
        raise ValueError("a correction says why")
    if not amount:
        raise ValueError("a correction of nothing corrects nothing")
    return _write(User.objects.lock(user), Kind.CORRECTION, amount, now, reason=reason.strip(), by=by)


TAKEN_BACK = "Le mandat qui donnait ce crédit n'est plus reconnu."
GIVEN_AGAIN = "Le mandat est de nouveau reconnu."


@transaction.atomic
def take_back_credits(user: User, now: datetime) -> Decimal:
    """The person has no recognised mandate any more: take back the yearly credits, as far as they are free.

    What is reserved for a request that has left stays so until staff decide; given back, it is taken then. A line
    is written for each year even when nothing is free today: it says that the credit is gone, and why. Returns
    the euros taken now.
    """
    locked = User.objects.lock(user)
    return sum((_take_back(locked, year, owed, now) for year, owed in _outstanding(locked).items()), ZERO)


def _outstanding(locked: User) -> dict[int | None, Decimal]:
    """By year, what has not been taken back of its credit."""
    credited = LedgerEntry.objects.filter(user=locked, kind=Kind.CREDIT).order_by("year")
    left = {entry.year: entry.amount + _corrected(locked, entry.year) for entry in credited}
    return {year: amount for year, amount in left.items() if amount}


def _owed(locked: User) -> dict[int | None, Decimal]:
    """Of these, the years whose mandate was lost and has not come back."""
    return {year: left for year, left in _outstanding(locked).items() if _was_lost(locked, year)}


def _corrected(locked: User, year: int | None) -> Decimal:
    """What has been taken back, less what was given again, of the credit of *year*; zero or less."""
    corrections = LedgerEntry.objects.filter(user=locked, kind=Kind.CORRECTION, year=year)
    return corrections.aggregate(total=Sum("amount"))["total"] or ZERO


def _was_lost(locked: User, year: int | None) -> bool:
    last = LedgerEntry.objects.filter(user=locked, kind=Kind.CORRECTION, year=year).order_by("id").last()
    return last is not None and last.reason == TAKEN_BACK


def _take_back(locked: User, year: int | None, owed: Decimal, now: datetime) -> Decimal:
    free = min(owed, locked.rights_balance)
    _write(locked, Kind.CORRECTION, -free, now, year=year, reason=TAKEN_BACK)
    return free


def _give_again(locked: User, year: int, now: datetime) -> LedgerEntry | None:
    if not _was_lost(locked, year):
        return None
    return _write(locked, Kind.CORRECTION, -_corrected(locked, year), now, year=year, reason=GIVEN_AGAIN)


def reserved_rights(user: User) -> Decimal:
    """Euros set aside for requests that ADM79 has not yet carried out."""
    total = LedgerEntry.objects.filter(user=user, kind__in=(Kind.RESERVATION, Kind.RELEASE)).aggregate(t=Sum("amount"))
    return -(total["t"] or ZERO).quantize(CENT)


def _write(locked: User, kind: Kind, amount: Decimal, now: datetime, **fields: object) -> LedgerEntry:
    if amount != amount.quantize(CENT):
        raise ValueError(f"{amount} is not a number of cents")
    balance = locked.rights_balance + (amount if kind in CREDITED else ZERO)
    if balance < 0:
        raise NotEnoughRightsError(f"{locked.rights_balance} credited, {-amount} to take back")
    entry = LedgerEntry.objects.create(user=locked, kind=kind, amount=amount, at=now, **fields)
    if kind in CREDITED:
        User.objects.filter(pk=locked.pk).update(rights_balance=balance)
        locked.rights_balance = balance
    return entry
