"""A browser that the person has logged in from before: a signed mark, and a counter of failures of its own.

Who tries numbers from elsewhere fills the counter of the account, which applies to unknown browsers only; the owner
comes in from the browser they know. The mark opens nothing: it only says which counter counts. It names no account:
a digest for each, since a town hall's computer serves several people.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from core.cookies import host_name
from core.encryption import keyed_digest

COOKIE = host_name("adm79_appareil")
SALT = "accounts.login.devices"
LIFETIME = timedelta(days=400)
"""The longest that browsers keep a cookie."""
MOST_ACCOUNTS = 12


@dataclass(frozen=True)
class Mark:
    """The browser's own random name, and the digests of the accounts that have logged in from it."""

    name: str
    accounts: tuple[str, ...] = ()


def read(request: HttpRequest) -> Mark:
    """The mark of this browser; a fresh one, of no account, for a browser that has none."""
    try:
        name, *accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return Mark(secrets.token_urlsafe(16))
    return Mark(str(name), tuple(map(str, accounts)))


def counter_of(request: HttpRequest, account: str) -> tuple[str, str]:
    """Which counter a try on *account* (what names it at login) falls under: purpose and key of ``core.throttling``."""
    mark = read(request)
    if _digest(mark.name, account) in mark.accounts:
        return "login-device", f"{mark.name}:{account}"
    return "login-account", account


def remember(request: HttpRequest, user: User) -> None:
    """Note that *user* has logged in here; the mark leaves with the response (``write``)."""
    account = user.nir_digest or (f"staff:{user.username.casefold()}" if user.username else "")
    if not account:
        return
    mark = read(request)
    others = [each for each in mark.accounts if each != _digest(mark.name, account)]
    request._device_mark = Mark(mark.name, (*others[1 - MOST_ACCOUNTS :], _digest(mark.name, account)))  # type: ignore[attr-defined]


def write(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser the mark that ``remember`` made, if it made one."""
    mark = getattr(request, "_device_mark", None)
    if mark is not None:
        response.set_cookie(
            COOKIE,
            signing.dumps([mark.name, *mark.accounts], salt=SALT),
            max_age=LIFETIME,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _digest(name: str, account: str) -> str:
    return keyed_digest(f"{name}:{account}", purpose="device")[:24]
