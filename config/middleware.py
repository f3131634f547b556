"""Middleware of the house."""

from collections.abc import Callable

from django.http import HttpResponse
from django.http.response import HttpResponseRedirectBase
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import HtmxRequest

REGION = "step"


class HtmxRedirectMiddleware:
    """Turn a redirect that leaves a swapped region into one that the whole browser follows.

    htmx follows a redirect by itself and would put the page it finds (login, another journey) inside
    the step's region. Only a step page says, with ``HX-Region``, that its redirect stays in the region.
    """

    def __init__(self, get_response: Callable[[HtmxRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        stays = response.headers.get("HX-Region") == REGION
        response.headers.pop("HX-Region")
        if request.htmx and isinstance(response, HttpResponseRedirectBase) and not stays:
            return HttpResponseClientRedirect(response["Location"])
        return response
