"""Confirming a mail address by a link that works once, for three days.

The link is signed and says nothing but an account's id and a digest of the address; it stops working when it has
been used, when the address has changed, and after ``LASTS``. Opening it changes nothing: mail programs look at
links beforehand; the page's button confirms.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from core import outbox
from core.encryption import keyed_digest

LASTS = timedelta(days=3)
SALT = "accounts.contact.email_confirmation"


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
        else:
            user.email, user.email_wanted = email, ""
        user.save(update_fields=["email", "email_wanted"])
        if awaited(user):
            send_link(user)


def replace_by_staff(user: User, email: str) -> None:
    """Staff put *email* on file for a person who lost their address: to be confirmed, and the old one is told."""
    with transaction.atomic():
        outbox.send_later("accounts/email_changed", user.email, {})
        user.email, user.email_wanted, user.email_confirmed_at = email, "", None
        user.save(update_fields=["email", "email_wanted", "email_confirmed_at"])
        if email:
            send_link(user)


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
        user.save(update_fields=["email", "email_wanted", "email_confirmed_at"])


def _token(user: User, address: str) -> str:
    return signing.dumps([str(user.pk), _digest(address)], salt=SALT)


def _digest(address: str) -> str:
    return keyed_digest(address.lower(), purpose="email")[:16]
