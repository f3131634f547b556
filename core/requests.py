"""Requests with what the middleware puts on them, the region that htmx swaps, answers that leave no trace."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

REGION = "step"
"""Id of the part of a page that htmx swaps; a redirect that stays in it says so in ``HX-Region``."""


class HtmxRequest(HttpRequest):
    """``request.htmx``, from django-htmx's middleware."""

    htmx: HtmxDetails


def layout_for(request: HttpRequest) -> str:
    """What a page that may be swapped in extends: the whole page, or only the region."""
    region = cast("HtmxRequest", request).htmx.target == REGION
    return "components/region.html" if region else "base.html"


def unlogged(response: HttpResponse) -> HttpResponse:
    """*response*, of which Django writes no warning: the address holds a link that still opens something."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
