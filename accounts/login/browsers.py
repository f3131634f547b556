"""The browsers where a person is logged in: known, shown, closed from elsewhere, and closed when left alone."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import OpenSession, User
from core.cookies import host_name
from core.sessions import row_key

IDLE_LIMIT = timedelta(minutes=30)
"""A browser left alone so long is logged out: town-hall computers are shared."""
REMEMBERED_FOR = timedelta(days=30)
"""How long « Rester connecté » lasts."""
RESCUED_FOR = timedelta(hours=2)
"""How long a browser closed from elsewhere may still have a form kept."""
ACTIVITY_COOKIE = host_name("adm79_active")
REFRESH_AFTER = timedelta(minutes=1)
SALT = "accounts.login.browsers.activity"

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(request: HttpRequest) -> str:
    """The browser in words its owner recognises: « Firefox sur Windows »."""
    agent = request.headers.get("User-Agent", "")
    browser = next(
        (name for mark, name in BROWSERS if re.search(rf"{mark}[/A-Za-z]*/?\d*", agent) and mark in agent), ""
    )
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " sur ".join(part for part in (browser, system) if part) or "Navigateur inconnu"


def register(request: HttpRequest, user: User, *, method: str, remembered: bool) -> None:
    """Note that *user* is logged in in this browser."""
    if not request.session.session_key:
        request.session.save()
    OpenSession.objects.update_or_create(
        session_key=row_key(request.session.session_key),
        defaults={"user": user, "method": method, "device": device(request), "remembered": remembered},
    )


def forget(request: HttpRequest) -> None:
    """Drop the note about the browser that is being logged out."""
    OpenSession.objects.filter(session_key=row_key(request.session.session_key)).delete()


def renew(request: HttpRequest, user: User) -> None:
    """Keep this browser logged in after a change of password, under a new key."""
    old_key = row_key(request.session.session_key)
    update_session_auth_hash(request, user)
    OpenSession.objects.filter(session_key=old_key).update(session_key=row_key(request.session.session_key))


def open_sessions(user: User) -> list[OpenSession]:
    """The browsers where *user* is still logged in, latest first."""
    rows = list(user.open_sessions.all())
    live = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    keys = set(live.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in keys]


def close_sessions(user: User, *, keep: str | None = None, rescue: datetime | None = None) -> int:
    """End at once the sessions of *user*, but the one whose key is *keep*. Return how many were noted.

    With *rescue* (now) they stay noted for ``RESCUED_FOR``: a form sent from there is kept for *user* to take up
    again. Not after a change of password: somebody else may sit there.
    """
    return user.open_sessions.exclude(session_key=row_key(keep)).close(rescue)


def closed_elsewhere(request: HttpRequest, now: datetime) -> User | None:
    """Whose this browser was until its session was closed from another one, not long ago."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    rows = OpenSession.objects.filter(session_key=row_key(key), closed_at__gt=now - RESCUED_FOR, user__is_active=True)
    row = rows.select_related("user").first() if key else None
    return row.user if row else None


def close_everywhere(user: User) -> None:
    """End every session of *user*, those of the admin included, which are not noted. Reads all sessions: rarely."""
    close_sessions(user)
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def purge(now: datetime) -> int:
    """Delete expired sessions and the notes about them. Return how many notes."""
    Session.objects.filter(expire_date__lt=now).delete()
    ended = OpenSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return ended.exclude(closed_at__gt=now - RESCUED_FOR).delete()[0]


# Idle time lives in a signed cookie, not in the session: looking at pages writes nothing to the database.


def watches(request: HttpRequest) -> bool:
    """Whether idle time counts here: somebody is logged in and did not choose « Rester connecté »."""
    return request.user.is_authenticated and not request.session.get("remembered", False)


def is_idle(request: HttpRequest, now: datetime) -> bool:
    """Whether the browser was left alone for longer than ``IDLE_LIMIT``."""
    last = _last_activity(request)
    return last is None or now - last > IDLE_LIMIT


def mark_active(request: HttpRequest, response: HttpResponse, now: datetime) -> None:
    """Note on the browser that it is in use; not more than once a minute."""
    last = _last_activity(request)
    if last is not None and timedelta(0) <= now - last < REFRESH_AFTER:
        return
    response.set_signed_cookie(
        ACTIVITY_COOKIE,
        str(int(now.timestamp())),
        salt=_salt(request),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _last_activity(request: HttpRequest) -> datetime | None:
    """When this browser was last in use; just after login, when it logged in."""
    stamp = request.get_signed_cookie(ACTIVITY_COOKIE, default=None, salt=_salt(request))
    marks = [int(stamp or 0), int(request.session.get("authenticated_at", 0))]
    return datetime.fromtimestamp(max(marks), tz=timezone.get_current_timezone()) if any(marks) else None


def _salt(request: HttpRequest) -> str:
    return f"{SALT}:{request.user.pk}"
