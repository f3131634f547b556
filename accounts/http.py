"""Requests with what the middleware puts on them, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """``request.htmx``, from django-htmx's middleware."""

    htmx: HtmxDetails
