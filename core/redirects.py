"""Where a person goes on after logging in: the page they came for, if it is one of ours."""

from urllib.parse import quote, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

AFTER_LOGIN = "/mes-droits/"


def is_safe(request: HttpRequest, target: str) -> bool:
    """Whether *target* is an address, not the name of a view, and stays on this site (no open redirect)."""
    if not target.startswith(("/", "http://", "https://")):
        return False
    return url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())


def asked_next(request: HttpRequest) -> str:
    """The page asked for by ``?next=``, posted or in the address; empty when there is none or it leaves the site."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    return target if target and is_safe(request, target) else ""


def safe_next(request: HttpRequest, default: str = AFTER_LOGIN) -> str:
    """The page asked for by ``?next=``, else *default*."""
    return asked_next(request) or default


def with_next(url: str, target: str) -> str:
    """*url* that carries *target* on."""
    return f"{url}?{REDIRECT_FIELD_NAME}={quote(target, safe='/')}" if target else url


def page_left(request: HttpRequest) -> str:
    """The page of ours whose button was pressed, as the browser says; empty when it does not."""
    referrer = request.headers.get("Referer", "")
    if not referrer or not is_safe(request, referrer):
        return ""
    return urlsplit(referrer)._replace(scheme="", netloc="", fragment="").geturl()
