"""Confirming a mail address by a link that works once, for three days; stopping a change that was not asked for.

The link is signed and says nothing but an account's id and a digest of the address; it stops working when it has
been used, when the address has changed, and after ``LASTS``. Opening it changes nothing: mail programs look at
links beforehand; the page's button confirms.

The address in use is told at the moment a change is asked, with a link « ce n'est pas moi » that stops or undoes it
for ``STOPPABLE``. A change that staff ask for waits ``STAFF_WAIT``, or for a second member of staff.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import EmailChange, User
from core import encryption, outbox
from core.encryption import keyed_digest

LASTS = timedelta(days=3)
SALT = "accounts.contact.email_confirmation"
STOPPABLE = timedelta(days=7)
STAFF_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Confirmation:
    """What a link would confirm: *email* for *user*, instead of the address on file when ``is_change``."""

    user: User
    email: str

    @property
    def is_change(self) -> bool:
        """Whether another address was on file so far."""
        return self.email != self.user.email


def awaited(user: User) -> str:
    """The address that waits to be confirmed; empty when none does."""
    return user.email_wanted or ("" if user.email_confirmed_at else user.email)


def is_confirmed(user: User, address: str) -> bool:
    """Whether *address* is the account's own, and its owner has shown to read it."""
    return bool(user.email_confirmed_at) and address.lower() == user.email.lower()


def send_link(user: User) -> None:
    """Send the link to the address that waits, in the current transaction."""
    address = awaited(user)
    url = settings.SITE_URL + reverse("accounts:email-confirm", args=[_token(user, address)])
    outbox.send_later("accounts/confirm_email", address, {"url": url, "is_change": bool(user.email_wanted)})


def ask_change(user: User, email: str) -> None:
    """Note the address wanted and send it the link; the one on file stays in use until then."""
    with transaction.atomic():
        if user.email_confirmed_at:
            user.email_wanted = "" if email == user.email else email
            if user.email_wanted:
                _warn(user, user.email_wanted)
        else:
            user.email, user.email_wanted = email, ""
        user.save(update_fields=["email", "email_wanted"])
        if awaited(user):
            send_link(user)


def ask_change_by_staff(user: User, email: str, by: User, now: datetime) -> bool:
    """Staff ask for another address for a person who lost theirs; whether it is in use at once.

    At once when the address on file was never confirmed: nobody has shown to read it.
    """
    with transaction.atomic():
        user = User.objects.lock(user)
        EmailChange.objects.filter(user=user).delete()
        if not user.email_confirmed_at:
            _replace(user, email)
            return True
        EmailChange.objects.create(user=user, email=email, asked_by=by, asked_at=now)
        _warn(user, email)
        return False


def approve_change(change: EmailChange, by: User) -> bool:
    """A second member of staff agrees: in use at once. False for who asked for it, or when it is gone."""
    if by.pk == change.asked_by_id:
        return False
    return _carry_out(change)


def carry_out_changes(now: datetime) -> int:
    """Put into use the changes that staff asked for ``STAFF_WAIT`` ago and nobody stopped. Return how many."""
    due = EmailChange.objects.filter(asked_at__lte=now - STAFF_WAIT).order_by("pk")
    return sum(_carry_out(change) for change in due)


def _carry_out(change: EmailChange) -> bool:
    with transaction.atomic():
        user = User.objects.lock(change.user)
        if not EmailChange.objects.filter(pk=change.pk).delete()[0]:
            return False  # stopped or carried out meanwhile
        _replace(user, change.email)
    return True


def _replace(user: User, email: str) -> None:
    """Put *email* on file, to be confirmed; the address that it replaces is told."""
    outbox.send_later("accounts/email_changed", user.email, {})
    user.email, user.email_wanted, user.email_confirmed_at = email, "", None
    user.save(update_fields=["email", "email_wanted", "email_confirmed_at"])
    if email:
        send_link(user)


# « Ce n'est pas moi » ------------------------------------------------------------------------------


def _warn(user: User, wanted: str) -> None:
    token = base64.urlsafe_b64encode(encryption.encrypt_json([str(user.pk), user.email, _digest(wanted)])).decode()
    url = settings.SITE_URL + reverse("accounts:email-stop", args=[token])
    outbox.send_later("accounts/email_change_asked", user.email, {"url": url})


@dataclass(frozen=True)
class Objection:
    """What a link « ce n'est pas moi » would stop or undo: the address it was sent to, and the change."""

    user: User
    old: str
    wanted_digest: str


def read_objection(token: str) -> Objection | None:
    """What this link stops; None when it is too old or was never ours."""
    try:
        user_id, old, wanted = encryption.decrypt_json(base64.urlsafe_b64decode(token), ttl=STOPPABLE)
    except (ValueError, InvalidToken):
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return Objection(user, old, wanted) if user else None


def stop(objection: Objection) -> None:
    """Stop the change, or undo it when it has taken effect, and end every session. Safe to repeat."""
    with transaction.atomic():
        user = User.objects.lock(objection.user)
        EmailChange.objects.filter(user=user).delete()
        if _digest(user.email) == objection.wanted_digest:
            user.email, user.email_confirmed_at = objection.old, timezone.now()
        user.email_wanted = ""
        user.save(update_fields=["email", "email_wanted", "email_confirmed_at"])
        user.open_sessions.all().close()


# The mail's link -----------------------------------------------------------------------------------


def read(token: str) -> Confirmation | None:
    """What this link confirms; None when it has been used, has expired or was never ours."""
    try:
        user_id, digest = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    address = awaited(user) if user else ""
    return Confirmation(user, address) if user and address and digest == _digest(address) else None


def confirm(confirmation: Confirmation, now: datetime) -> None:
    """Put the address into use. The one it replaces is told."""
    user = confirmation.user
    with transaction.atomic():
        if confirmation.is_change:
            outbox.send_later("accounts/email_changed", user.email, {})
        user.email, user.email_wanted, user.email_confirmed_at = confirmation.email, "", now
        user.email_failed = ""  # a link sent there was opened
        user.save(update_fields=["email", "email_wanted", "email_confirmed_at", "email_failed"])


def _token(user: User, address: str) -> str:
    return signing.dumps([str(user.pk), _digest(address)], salt=SALT)


def _digest(address: str) -> str:
    return keyed_digest(address.lower(), purpose="email")[:16]
