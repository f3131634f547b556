"""Requests with what the middleware puts on them, for the type checker; answers that leave no trace."""

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class HtmxRequest(HttpRequest):
    """``request.htmx``, from django-htmx's middleware."""

    htmx: HtmxDetails


class AuthenticatedRequest(HttpRequest):
    """A request that ``LoginRequiredMiddleware`` (or the admin's door) let through."""

    user: User


def unlogged(response: HttpResponse) -> HttpResponse:
    """*response*, of which Django writes no warning: the address holds a link that still opens something."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
