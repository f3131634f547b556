"""The birth of an official's account: once, in one transaction, whoever finishes at the same second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.claims import takeover
from accounts.contact import email_confirmation
from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity, attach
from accounts.identity.pepper_change import bring_forward
from accounts.mandates import recognition
from accounts.models import User
from accounts.terms import conditions
from core import outbox
from core.locks import lock


@dataclass
class AlreadyRegisteredError(Exception):
    """The number already has an account."""

    user: User


def create_account(
    nir: nir_rules.Nir,
    values: Mapping[str, Any],
    *,
    password: str | None,
    now: datetime,
    identity: CertifiedIdentity | None = None,
    take_over: bool = False,
) -> User:
    """The new account of the person with this number, its mail to confirm the address, and the mandates proposed.

    *values* holds the cleaned answers; those that name a field of the account enter it. *password* is None only for a
    person whom FranceConnect named (*identity*); *take_over* says that they cannot open the account which has their
    number (it is not asked about one that has lapsed). The consent to the conditions is dated *now*. Raises
    AlreadyRegisteredError, ``takeover.WaitsForStaffError``, and ``IdentityTakenError`` when that identity belongs to
    another account.
    """
    bring_forward(nir)
    known = {field.name for field in User._meta.concrete_fields}
    fields = {name: value for name, value in values.items() if name in known}
    user = User(nir_digest=nir_rules.digest(nir), **fields)
    user.set_password(password)
    try:
        with transaction.atomic():
            (holders,) = lock(User.objects.filter(nir_digest=user.nir_digest))
            holder = holders[0] if holders else None
            gives_way = holder and identity and (take_over or takeover.has_lapsed(holder, now))
            if holder and identity and gives_way:
                takeover.make_way(holder, user, identity, nir, now)
            user.save(force_insert=True)
            conditions.accept(user, conditions.in_force().name, now)
            if identity:
                attach(user, identity, doubtful=identity.place_is_doubtful(nir))
            recognition.propose_mandates(user, nir)
            email_confirmation.send_link(user)
            if holder and gives_way:
                takeover.note_takeover(user, holder, now)
    except IntegrityError as error:
        taken = User.objects.filter(nir_digest=user.nir_digest).first()
        if taken is None:
            raise
        raise AlreadyRegisteredError(taken) from error
    return user


def warn_owner(user: User, now: datetime) -> None:
    """Tell the owner of an account, at the address on file, that somebody tried to create it anew; once a day."""
    outbox.send_later("accounts/creation_attempt", user.email, {}, key=f"creation-attempt:{user.pk}:{now:%Y-%m-%d}")
