"""Requests with what the middleware puts on them, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class HtmxRequest(HttpRequest):
    """``request.htmx``, from django-htmx's middleware."""

    htmx: HtmxDetails


class AuthenticatedRequest(HttpRequest):
    """A request that ``LoginRequiredMiddleware`` (or the admin's door) let through."""

    user: User
