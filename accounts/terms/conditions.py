"""The conditions générales d'utilisation in force, who has accepted them, and asking at the next login.

The site ships with a first text; staff publish the next ones (``accounts.terms.admin``). Nobody is interrupted:
who logs in after a new version was published is asked then, once, before anything else.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import TermsConsent, TermsVersion, User
from accounts.profile.closing import account_closing
from accounts.profile.export import account_export, row
from core.words.prose import as_html

FIRST = "2026-11"
"""The version that the site ships with, recorded with each consent to it."""
FIRST_TEXT = Path(__file__).with_name("first.txt").read_text()
ASKED = "terms_asked"
"""Session key: the version that this person is asked to accept."""


@dataclass(frozen=True)
class Conditions:
    """One version: its name, its text as staff wrote it, what changed since the one before."""

    name: str
    text: str
    changes: str = ""

    @property
    def html(self) -> str:
        """The text as the page shows it."""
        return as_html(self.text)


def in_force() -> Conditions:
    """The last version published, else the first."""
    last = TermsVersion.objects.exclude(published_at=None).order_by("-published_at", "-pk").first()
    return Conditions(last.name or "", last.text, last.changes) if last else Conditions(FIRST, FIRST_TEXT)


def versions() -> list[Conditions]:
    """All of them, the one in force first; one query."""
    rows = TermsVersion.objects.exclude(published_at=None).order_by("-published_at", "-pk")
    return [*(Conditions(each.name or "", each.text, each.changes) for each in rows), Conditions(FIRST, FIRST_TEXT)]


@transaction.atomic
def accept(user: User, version: str, now: datetime) -> None:
    """Record that *user* accepts *version*. Safe to repeat."""
    TermsConsent.objects.get_or_create(user=user, version=version, defaults={"at": now})
    user.terms_version, user.terms_accepted_at = version, now
    user.save(update_fields=["terms_version", "terms_accepted_at"])


def how_many_to_ask() -> int:
    """Accounts that a new version will be asked of."""
    return User.objects.filter(Q(is_staff=False), is_active=True).count()


def remember_to_ask(request: HttpRequest, user: User, **_: Any) -> None:
    """At a login: note in the session that the version in force is still to be accepted. Staff are no users of it."""
    request.session.pop(ASKED, None)
    if not user.is_staff:
        version = in_force().name
        if user.terms_version != version:
            request.session[ASKED] = version


def is_asked(request: HttpRequest) -> bool:
    """Whether whoever is logged in here has still to accept; done in another browser counts."""
    asked = request.session.get(ASKED)
    return bool(asked and isinstance(request.user, User) and request.user.terms_version != asked)


def personal_data(user: User, **_: Any) -> dict[str, Any]:
    """For the file of all that the site knows of the person."""
    return {"Accords sur les conditions": [row(each, leave_out={"id", "user"}) for each in user.terms_consents.all()]}


def leave(user: User, **_: Any) -> None:
    """An account that closes has agreed to nothing any more."""
    user.terms_consents.all().delete()


def connect() -> None:
    """Listen to logins, exports and closings."""
    user_logged_in.connect(remember_to_ask, dispatch_uid="ask for the conditions at the next login")
    account_export.connect(personal_data, dispatch_uid="export the consents to the conditions")
    account_closing.connect(leave, dispatch_uid="forget the consents to the conditions")
