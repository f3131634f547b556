"""Closing an account: at once, and for good; nothing of the identity stays.

What stays is a row without a name, so that the dossiers of past trainings and the ledger of rights still count in
the statistics. The other apps do their part in the same transaction, on ``account_closing``: dossiers not yet
followed are cancelled, those followed lose the identity written in them.
"""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from accounts.login import browsers
from accounts.mandates import recognition
from accounts.models import FranceConnectIdentity, User
from core import outbox
from core.models import Draft

account_closing = Signal()
"""Sent with ``user`` (still whole) and ``now``, inside the transaction that closes the account."""

KEPT = frozenset({"id", "date_joined", "rights_balance", "closed_at", "last_login", "is_superuser", "is_staff"})
"""The fields of an account that say nothing of the person."""


def close_account(user: User, now: datetime) -> None:
    """Close the account of *user*: sessions ended, mandates given back, identity and ways in erased."""
    with transaction.atomic():
        # Before this row is locked: the other apps lock sessions and dossiers first, accounts last.
        account_closing.send(User, user=user, now=now)
        user = User.objects.lock(user)
        outbox.send_later("accounts/account_closed", user.email, {})
        recognition.release_all(user)
        user.rejected_mandates.clear()
        browsers.close_sessions(user)
        FranceConnectIdentity.objects.filter(user=user).delete()
        Draft.objects.filter(owner=Draft.owner_of(user)).delete()
        user.corrections.all().delete()
        forget_in_office(User.objects.filter(pk=user.pk))
        user.user_permissions.clear()
        user.groups.clear()
        _blank(user, now)


def forget_in_office(rows: QuerySet[Any]) -> None:
    """The office's journal of what staff did names what they touched: no more when it was this person's."""
    kind = ContentType.objects.get_for_model(rows.model)
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
    LogEntry.objects.filter(content_type=kind, object_id__in=ids).update(object_repr="Compte clos")


def _blank(user: User, now: datetime) -> None:
    user.refresh_from_db()
    for field in User._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(user, field.name, None if field.null else field.get_default() or "")
    user.is_active, user.closed_at = False, now
    user.set_unusable_password()
    user.save()
