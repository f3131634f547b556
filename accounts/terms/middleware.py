"""Between a login and the rest: the conditions to accept, when a new version is in force."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.login import idle_rescue
from accounts.terms import conditions
from core import redirects

ALWAYS = frozenset(
    {
        "accounts:terms-accept",
        "accounts:logout",
        "accounts:keep-alive",
        "accounts:prove",
        "accounts:profile-download",
        "accounts:profile-close",
        "accounts:profile-closed",
    }
)
"""Besides what is public: taking one's data out and closing the account need no consent."""
INTERRUPTED = frozenset({"home"})
"""Public, and another page for who is logged in."""


class ConditionsMiddleware:
    """Lead whoever logged in since a new version to its page first, and from there back with what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Instead of the page asked for: the conditions. A page for nobody in particular is not looked at."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        concerned = getattr(view, "login_required", True) or name in INTERRUPTED
        if not concerned or name in ALWAYS or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not conditions.is_asked(request):
            return None
        back = idle_rescue.way_back(request, idle_rescue.Why.TERMS)
        return HttpResponseRedirect(redirects.with_next(reverse("accounts:terms-accept"), back))
