"""A number that somebody else declared: freed for who proves it, the old account frozen, restored or erased.

The rule is ``accounts.identity.proof``; here it is carried out, each act in one transaction, accounts locked first.
A frozen account lets nobody in and keeps its dossiers and seats for ``FROZEN_FOR``: its owner is told and may call,
staff may restore it or move its dossiers. Nothing of it is ever shown to the account that has the number now.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal

from accounts.degrees import Degree
from accounts.identity import nir as nir_rules
from accounts.identity.certified import FRANCE, CertifiedIdentity
from accounts.identity.proof import Agreement, Outcome, Thing, agreement, judge
from accounts.login import browsers
from accounts.models import FranceConnectIdentity, IdentityCase, User
from accounts.profile.closing import close_account
from core import outbox
from core.locks import lock

FROZEN_FOR = timedelta(days=30)
"""So long the owner of a frozen account may say that it was theirs."""
UNCONFIRMED_FOR = timedelta(days=90)
"""An account whose address was never confirmed and whose identity nothing proves is erased after so long."""

account_in_use = Signal()
"""Sent with ``user``; a receiver returns True while something of the account is pending: it is not erased then."""
dossiers_move = Signal()
"""Sent with ``user`` (frozen), ``to``, ``by`` and ``now``: staff give the dossiers of one account to another."""

Kind = IdentityCase.Kind


class TakeoverError(Exception):
    """It cannot be done; the text tells staff why."""


@dataclass
class WaitsForStaffError(Exception):
    """A proof has come for a number, and the site does not decide: *kind* says why."""

    holder: User
    kind: IdentityCase.Kind


def has_lapsed(user: User, now: datetime) -> bool:
    """Whether nothing was confirmed in time: the number is then free for who proves it, without asking further."""
    unconfirmed = user.email_confirmed_at is None and user.degree == Degree.DECLARED
    return unconfirmed and now - user.date_joined >= timedelta(days=settings.UNPROVED_ACCOUNT_DAYS)


def how_well(identity: CertifiedIdentity, nir: nir_rules.Nir) -> Agreement:
    """How the certified identity and the number typed go together."""
    abroad = identity.birth_country and identity.birth_country != FRANCE
    return agreement(
        nir,
        sex=identity.sex,
        birth_date=identity.birth_date,
        birthplace=identity.birth_country if abroad else identity.birthplace,
        contradictions=identity.disagreements(nir),
    )


# Whoever arrives with a proof ----------------------------------------------------------------------


def make_way(holder: User, newcomer: User, identity: CertifiedIdentity, nir: nir_rules.Nir, now: datetime) -> None:
    """Free the number of *holder* (locked) for *newcomer*, not saved yet, in the caller's transaction.

    Raises WaitsForStaffError when staff must look first; nothing has changed then.
    """
    if judge(Thing.NUMBER, holder.degree, Degree.FRANCECONNECT) is not Outcome.TAKEN:
        raise WaitsForStaffError(holder, Kind.NUMBER_CONTESTED)
    if how_well(identity, nir) is not Agreement.WHOLE:
        raise WaitsForStaffError(holder, Kind.NUMBER_WAITS)
    freeze(holder, now, taken_over_by=newcomer)


def note_takeover(newcomer: User, holder: User, now: datetime) -> None:
    """What staff find, and the mail to the one who has the number now; the other was told by ``freeze``."""
    case = IdentityCase.objects.create(kind=Kind.NUMBER_TAKEN, user=newcomer, other=holder, at=now)
    outbox.send_later("identity/number_yours", newcomer.email, {}, key=f"number-yours:{case.pk}")


@transaction.atomic
def ask_staff(error: WaitsForStaffError, identity: CertifiedIdentity, email: str, phone: str, now: datetime) -> None:
    """Put the question to staff, once while it is open, and tell both people to call, neither the other's name."""
    holder = User.objects.lock(error.holder)
    case = IdentityCase.objects.filter(kind=error.kind, other=holder, settled_at=None).first()
    if case is not None:
        return
    case = IdentityCase(kind=error.kind, other=holder, at=now)
    case.facts = {
        "Personne": identity.display_name,
        "Nom de naissance": identity.birth_name,
        "Naissance": f"{identity.birthdate} {identity.birth_place}".strip(),
        "Adresse mail": email,
        "Téléphone": phone,
    }
    case.save(force_insert=True)
    outbox.send_later("identity/number_asked", email, {}, key=f"number-asked:{case.pk}")
    if error.kind == Kind.NUMBER_CONTESTED:
        outbox.send_later("identity/number_contested", holder.email, {}, key=f"number-contested:{case.pk}")
    outbox.send_later("identity/case", settings.ADM79_EMAIL, {"what": case.get_kind_display()}, key=f"case:{case.pk}")


# Freezing ------------------------------------------------------------------------------------------


def freeze(user: User, now: datetime, *, taken_over_by: User | None = None) -> None:
    """Take the number from a locked account: nobody logs in any more, its owner is told without naming anybody."""
    user.frozen_nir_digest, user.nir_digest = user.nir_digest or "", None
    user.frozen_at, user.is_active = now, False
    user.taken_over_by_id = taken_over_by.pk if taken_over_by else None
    user.save(update_fields=["frozen_nir_digest", "nir_digest", "frozen_at", "is_active", "taken_over_by"])
    browsers.close_sessions(user)
    key = f"frozen:{user.pk}:{now:%Y-%m-%dT%H:%M}"
    outbox.send_later("identity/frozen", user.email, {"days": FROZEN_FOR.days}, key=key)


@transaction.atomic
def release(user: User, by: User, reason: str, now: datetime) -> None:
    """Staff have seen a document: the number is free for who comes next. Raises TakeoverError."""
    _needs(reason)
    user = User.objects.lock(user)
    if user.nir_digest is None:
        raise TakeoverError("Ce compte n'a plus de numéro : il vient d'être libéré ou repris.")
    freeze(user, now)
    IdentityCase.objects.create(
        kind=Kind.NUMBER_RELEASED, other=user, at=now, settled_at=now, settled_by=by, decision=reason
    )
    settle_all(user, by, reason, now)


@transaction.atomic
def restore(user: User, by: User, reason: str, now: datetime) -> None:
    """Staff give a frozen account its number and its owner back. Raises TakeoverError.

    Whoever has the number meanwhile keeps their account if FranceConnect opens it; else staff release theirs first.
    """
    _needs(reason)
    digest = User.objects.values_list("frozen_nir_digest", flat=True).get(pk=user.pk)
    holders = User.objects.filter(nir_digest=digest).exclude(nir_digest=None)
    (locked,) = lock(User.objects.filter(pk=user.pk) | holders)
    user = next(one for one in locked if one.pk == user.pk)
    holder = next((one for one in locked if one.pk != user.pk), None)
    if user.frozen_at is None:
        raise TakeoverError("Ce compte n'est pas gelé.")
    if holder and holder.nir_digest == digest:
        if not FranceConnectIdentity.objects.filter(user=holder).exists():
            raise TakeoverError("Un autre compte a ce numéro et n'a pas d'autre entrée : libérez-le d'abord.")
        holder.nir_digest = None
        holder.save(update_fields=["nir_digest"])
        outbox.send_later("identity/number_gone", holder.email, {}, key=f"number-gone:{holder.pk}:{now.timestamp()}")
    user.nir_digest, user.frozen_nir_digest = digest or None, ""
    user.frozen_at, user.taken_over_by, user.is_active = None, None, True
    user.save(update_fields=["nir_digest", "frozen_nir_digest", "frozen_at", "taken_over_by", "is_active"])
    settle_all(user, by, reason, now)
    outbox.send_later("identity/restored", user.email, {}, key=f"restored:{user.pk}:{now.timestamp()}")


@transaction.atomic
def move_dossiers(user: User, by: User, reason: str, now: datetime) -> None:
    """Staff give the dossiers of a frozen account to the one that has its number. Raises TakeoverError."""
    _needs(reason)
    user.refresh_from_db()
    digest = user.frozen_nir_digest
    to = User.objects.filter(nir_digest=digest, is_active=True).first() if digest else None
    if user.frozen_at is None or to is None:
        raise TakeoverError("Aucun autre compte n'a repris ce numéro : il n'y a personne à qui donner les dossiers.")
    dossiers_move.send(User, user=user, to=to, by=by, now=now)
    settle_all(user, by, reason, now)


def settle_all(user: User, by: User, decision: str, now: datetime) -> None:
    """Close the open questions about the number of this account: staff have decided."""
    about_numbers = (Kind.NUMBER_TAKEN, Kind.NUMBER_CONTESTED, Kind.NUMBER_WAITS)
    cases = IdentityCase.objects.filter(other=user, settled_at=None, kind__in=about_numbers)
    cases.update(settled_at=now, settled_by=by, decision=decision, content=b"")


def _needs(reason: str) -> None:
    if not reason.strip():
        raise TakeoverError("Écrivez pourquoi : le motif reste au journal.")


# The clock -----------------------------------------------------------------------------------------


def erase_frozen(now: datetime) -> int:
    """Erase the accounts frozen ``FROZEN_FOR`` ago, whose owner has not come. Return how many."""
    frozen = User.objects.filter(frozen_at__lte=now - FROZEN_FOR, closed_at=None).order_by("pk")
    return _erase(list(frozen), now)


def erase_unconfirmed(now: datetime) -> int:
    """Erase the accounts never confirmed in ``UNCONFIRMED_FOR`` that nothing proves nor uses. Return how many."""
    old = User.objects.filter(
        is_staff=False,
        email_confirmed_at=None,
        certified_by="",
        closed_at=None,
        frozen_at=None,
        date_joined__lte=now - UNCONFIRMED_FOR,
    ).order_by("pk")
    return _erase([user for user in old if not is_used(user)], now)


def is_used(user: User) -> bool:
    """Whether something of the account is pending: a dossier, an identity check."""
    return any(answer for _, answer in account_in_use.send(User, user=user))


def _erase(users: list[User], now: datetime) -> int:
    for user in users:
        close_account(user, now)
    return len(users)
