"""Addresses that do not work, as staff note them when a mail comes back: the person is called, and told at login."""

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User


def note(user: User) -> None:
    """A mail to *user* came back: its address is noted as one that does not work, until another one replaces it."""
    User.objects.filter(pk=user.pk).update(email_failed=F("email"))


def fails(user: User) -> bool:
    """Whether the account's address is one that does not work."""
    return bool(user.email) and user.email_failed == user.email


def to_call() -> QuerySet[User]:
    """The people whom mails do not reach."""
    return User.objects.filter(email_failed=F("email"), closed_at=None).exclude(email_failed="")


def tell_at_login(request: HttpRequest | None, user: User, **_: Any) -> None:
    """Say at login that mails do not arrive, and where to mend it."""
    if request is None or not fails(user):
        return
    words = 'Nos mails n\'arrivent pas à votre adresse {}. <a href="{}">Vérifiez-la ou changez-la</a>.'
    said = format_html(words, user.email, reverse("accounts:email"))
    messages.warning(request, said, fail_silently=True)
