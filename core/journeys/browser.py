"""Whose half-made account it is before there is an account: this browser's, by a cookie that says nothing.

A cookie and not the session: it is there from the first page on, before anything is written, it outlives a
logout, and two first submissions at the same instant carry the same one.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.cookies import host_name
from core.encryption import keyed_digest

COOKIE = host_name("adm79_brouillon")
LIFETIME_SECONDS = 30 * 24 * 3600


def owner(request: HttpRequest) -> str:
    """The owner's mark in ``Draft.owner``: a digest, so that a copy of the database opens no draft."""
    return f"browser:{keyed_digest(token(request), purpose='browser')}"


def token(request: HttpRequest) -> str:
    """The browser's token; a fresh one for a browser that has none yet (see ``remember``)."""
    known = request.COOKIES.get(COOKIE, "")
    if len(known) < 32:
        known = request.COOKIES[COOKIE] = secrets.token_urlsafe(32)
    return known


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the browser its token, for as long as a draft lasts."""
    response.set_cookie(
        COOKIE,
        token(request),
        max_age=LIFETIME_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
