"""Closing an account: at once, and for good; nothing of the identity stays.

What stays is a row without a name, so that the dossiers of past trainings and the ledger of rights still count in
the statistics. The other apps do their part in the same transaction: they name on ``account_locks`` the rows that
they will change, and change them on ``account_closing``.
"""

from datetime import datetime
from typing import Any, cast

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.dispatch import Signal

from accounts.login import browsers
from accounts.mandates import recognition
from accounts.models import CorrectionRequest, FranceConnectIdentity, Mandate, User
from core import outbox
from core.erasure import erased
from core.locks import lock
from core.models import Draft

account_locks = Signal()
"""Sent with ``user`` before anything changes: receivers return the queries of the rows that they will change."""

account_closing = Signal()
"""Sent with ``user`` (still whole), ``now`` and the rows ``held``, inside the transaction that closes the account."""

type Held = frozenset[tuple[type[Model], Any]]
"""The rows that are locked: model and primary key."""

STAYS = frozenset({"id", "date_joined", "rights_balance", "closed_at", "last_login", "is_superuser", "is_staff"})
"""The fields of an account that say nothing of the person."""

CLOSED = "Compte clos"
"""Written where something must be said of a person who has left."""

ATTEMPTS = 5


class MoreToLockError(Exception):
    """Something of the person came between two locks: the closing begins again, all locks taken anew."""


def close_account(user: User, now: datetime) -> None:
    """Close the account of *user*: sessions ended, mandates given back, identity and ways in erased."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _close(user, now)
        except MoreToLockError:
            if attempt == ATTEMPTS:
                raise
    return None


@transaction.atomic
def _close(user: User, now: datetime) -> None:
    theirs: list[QuerySet[Any]] = []
    for _, queries in account_locks.send(User, user=user):
        theirs += cast("list[QuerySet[Any]]", queries)
    taken = lock(
        User.objects.filter(pk=user.pk),
        Mandate.objects.filter(user=user),
        CorrectionRequest.objects.filter(user=user),
        Draft.objects.filter(owner=Draft.owner_of(user)),
        *theirs,
    )
    held: Held = frozenset((type(row), row.pk) for rows in taken for row in rows)
    account_closing.send(User, user=user, now=now, held=held)
    user = User.objects.get(pk=user.pk)
    outbox.send_later("accounts/account_closed", user.email, {})
    recognition.release_all(user)
    browsers.close_sessions(user)
    FranceConnectIdentity.objects.filter(user=user).delete()
    Draft.objects.filter(owner=Draft.owner_of(user)).delete()
    forget_in_admin(user.corrections.all())
    user.corrections.all().delete()
    forget_in_admin(user.mandate_declarations.all())
    user.mandate_declarations.all().delete()
    forget_in_admin(User.objects.filter(pk=user.pk))
    user.user_permissions.clear()
    user.groups.clear()
    _blank(user, now)


def forget_in_admin(rows: QuerySet[Any]) -> None:
    """The admin's journal says what staff did and when, no more of which person, nor in which words."""
    kind = ContentType.objects.get_for_model(rows.model)
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
    LogEntry.objects.filter(content_type=kind, object_id__in=ids).update(object_repr=CLOSED, change_message="")


def _blank(user: User, now: datetime) -> None:
    for name, nothing in erased(User, STAYS).items():
        setattr(user, name, nothing)
    user.is_active, user.closed_at = False, now
    user.set_unusable_password()
    user.save()
