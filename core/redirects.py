"""Where a person goes on after logging in: the page they came for, if it is one of ours."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.functional import lazy
from django.utils.http import url_has_allowed_host_and_scheme


def after_login() -> str:
    """The address where one goes after logging in, unless another page was asked for."""
    return resolve_url(settings.LOGIN_REDIRECT_URL)


AFTER_LOGIN = lazy(after_login, str)()
"""The same, for a redirection: resolved when it is used, since addresses are not known yet when modules load."""


def is_safe(request: HttpRequest, target: str) -> bool:
    """Whether *target* is an address, not the name of a view, and stays on this site (no open redirect)."""
    if not target.startswith(("/", "http://", "https://")):
        return False
    return url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())


def asked_next(request: HttpRequest) -> str:
    """The page asked for by ``?next=``, posted or in the address; empty when there is none or it leaves the site."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    return target if target and is_safe(request, target) else ""


def safe_next(request: HttpRequest, default: str = "") -> str:
    """The page asked for by ``?next=``, else *default*, else where one goes after logging in."""
    return asked_next(request) or default or after_login()


def with_next(url: str, target: str) -> str:
    """*url* that carries *target* on."""
    return f"{url}?{REDIRECT_FIELD_NAME}={quote(target, safe='/')}" if target else url


def page_left(request: HttpRequest) -> str:
    """The page of ours whose button was pressed, as the browser says; empty when it does not."""
    referrer = request.headers.get("Referer", "")
    if not referrer or not is_safe(request, referrer):
        return ""
    return urlsplit(referrer)._replace(scheme="", netloc="", fragment="").geturl()
