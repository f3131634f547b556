"""Half an hour alone and the browser is logged out, announced on the page before it happens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.login import browsers, devices, idle_rescue
from accounts.login.service import log_out
from accounts.models import User
from core import redirects

LEFT_ALONE = "Vous avez été déconnecté après 30 minutes sans activité. Connectez-vous pour reprendre où vous en étiez."

CLOSED = "Cette session a été fermée depuis un autre appareil. Connectez-vous pour reprendre où vous en étiez."


class IdleLogoutMiddleware:
    """Log out the browser left alone for ``sessions.IDLE_LIMIT``, unless the person chose « Rester connecté ».

    Also gives the browser its mark after a login (``devices``). Stands after the authentication and the CSRF check:
    only a form that is truly the person's is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        devices.write(request, response)
        if _has_session(request) and browsers.watches(request):
            browsers.mark_active(request, response, timezone.now())
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Any,
        kwargs: Any,
    ) -> HttpResponse | None:
        """Instead of the page asked for: the login page, which leads back to it with what was typed."""
        now, needs_login = timezone.now(), getattr(view, "login_required", True)
        if needs_login and (was := self._closed_elsewhere(request, now)):
            return self._to_login(request, CLOSED, self._way_back(request, was))
        if not (_has_session(request) and browsers.watches(request) and browsers.is_idle(request, now)):
            return None
        user = cast("User", request.user)
        back = self._way_back(request, user)
        log_out(request)
        return self._to_login(request, LEFT_ALONE, back, staff=user.is_staff) if needs_login else None

    @staticmethod
    def _closed_elsewhere(request: HttpRequest, now: datetime) -> User | None:
        """Who sent this form from a browser that they closed from another one."""
        if request.method != "POST" or request.user.is_authenticated:
            return None
        return browsers.closed_elsewhere(request, now)

    @staticmethod
    def _to_login(request: HttpRequest, why: str, back: str, *, staff: bool = False) -> HttpResponseRedirect:
        messages.info(request, why)
        return HttpResponseRedirect(redirects.with_next(reverse("admin:login" if staff else "accounts:login"), back))

    @staticmethod
    def _way_back(request: HttpRequest, user: User) -> str:
        if request.method != "POST":
            return request.get_full_path()
        kept = idle_rescue.park(request, user)
        if kept:
            return reverse("accounts:parked", args=[kept.pk])
        return redirects.page_left(request) or redirects.after_login()


def context(request: HttpRequest) -> dict[str, Any]:
    """For the page's own clock: after how many seconds it will be logged out, and where to ask for more time."""
    if not (hasattr(request, "user") and hasattr(request, "session") and browsers.watches(request)):
        return {}
    return {
        "idle_seconds": int(browsers.IDLE_LIMIT.total_seconds()),
        "idle_keepalive_url": reverse("accounts:keep-alive"),
    }


def _has_session(request: HttpRequest) -> bool:
    """Without looking into it: a page for nobody in particular must not vary by cookie."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(request.session.modified)
