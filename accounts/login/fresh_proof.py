"""« Est-ce bien vous ? »: a proof asked just before what cannot be undone, by the person and by staff.

Password, or FranceConnect with a fresh login there; good for ten minutes whatever the act. Having just logged in does
not count: town-hall computers are shared. What was typed waits meanwhile (``idle_rescue``).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.login import idle_rescue
from accounts.login.password_forms import AccountForm
from accounts.login.service import check_again
from accounts.models import FranceConnectIdentity
from accounts.requests import AuthenticatedRequest
from core import redirects

FRESH_FOR = timedelta(minutes=10)
FRESH_KEY = "fresh_proof"

type View = Callable[..., HttpResponse]


def remember(request: HttpRequest, now: datetime) -> None:
    """Remember that the person logged in here proved themselves, now."""
    request.session[FRESH_KEY] = {"user": str(request.user.pk), "at": now.timestamp()}


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the person logged in here proved themselves less than ten minutes ago."""
    proof = request.session.get(FRESH_KEY) or {"user": "", "at": 0}
    return (
        bool(proof["user"] == str(request.user.pk)) and 0 <= now.timestamp() - proof["at"] < FRESH_FOR.total_seconds()
    )


def fresh_proof_required(view: View) -> View:
    """Let *view* run only after a fresh proof; else lead to the page that asks for it, and back with what was typed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request, timezone.now()):
            return view(request, *args, **kwargs)
        return ask(request)

    guarded.needs_fresh_proof = True  # type: ignore[attr-defined]  # read by the test that lists these views
    return guarded


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for a fresh proof, and from there back with what was typed."""
    back = idle_rescue.way_back(request, idle_rescue.Why.PROOF)
    return HttpResponseRedirect(redirects.with_next(reverse("accounts:prove"), back))


# The page ------------------------------------------------------------------------------------------


class ProveForm(AccountForm):
    """The account's password, once more."""

    current_password = forms.CharField(
        label="Votre mot de passe actuel",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-reveal": ""}),
        error_messages={"required": "Saisissez votre mot de passe actuel"},
    )

    def clean_current_password(self) -> str:
        """The account's own, throttled."""
        password = str(self.cleaned_data["current_password"])
        check_again(self.user, password, timezone.now())
        return password


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: AuthenticatedRequest) -> HttpResponse:
    """Password, or FranceConnect for who has linked it; then back to what one was doing."""
    user = request.user
    form = ProveForm(request.POST or None, user=user)
    if user.has_usable_password() and form.is_valid():
        remember(request, timezone.now())
        messages.success(request, "C'est bien vous. Vous avez 10 minutes pour finir ce que vous faisiez.")
        return redirect(redirects.safe_next(request))
    context = {
        "form": form,
        "has_password": user.has_usable_password(),
        "has_franceconnect": FranceConnectIdentity.objects.filter(user=user).exists(),
        "next": redirects.safe_next(request),
    }
    return render(request, "accounts/prove.html", context, status=422 if form.is_bound else 200)
