"""Local login and logout, the keep-alive of an idle browser, and what it had typed when it was logged out."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity import reauthentication
from accounts.login import idle_rescue
from accounts.login.forms import LoginForm
from accounts.login.service import ID_TOKEN, check_password, log_in, log_out
from core import redirects, throttling

WRONG = (
    "Le numéro de sécurité sociale et le mot de passe ne vont pas ensemble. "
    'Vérifiez les deux, ou <a href="{}">choisissez un nouveau mot de passe</a>.'
)
"""The one message of every failure: it tells nothing of whether the account exists."""


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """« Me connecter »: FranceConnect, or NIR and password."""
    if request.user.is_authenticated:
        return redirect(redirects.safe_next(request))
    form = LoginForm(request.POST or None)
    status = 200
    if request.method == "POST":
        response, status = _try(request, form)
        if response:
            return response
    context = {"form": form, "next": redirects.asked_next(request)}
    return render(request, "accounts/login.html", context, status=status)


def _try(request: HttpRequest, form: LoginForm) -> tuple[HttpResponse | None, int]:
    if not form.is_valid():
        return None, 422
    data = form.cleaned_data
    user, wait = check_password(request, data["nir"], data["password"], timezone.now())
    if user is None:
        words = f"Trop d'essais sans succès : réessayez dans {throttling.in_words(wait)}." if wait else _wrong()
        form.add_error(None, words)
        return None, 429 if wait else 422
    log_in(request, user, method="password", remember=data["remember"])
    reauthentication.note_way(request, redirects.asked_next(request), "password", timezone.now())
    return HttpResponseRedirect(redirects.safe_next(request)), 302


def _wrong() -> SafeString:
    return format_html(WRONG, reverse("accounts:password-forgotten"))


@login_not_required
@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """« Me déconnecter »; a person who came by FranceConnect is led on to its own logout."""
    log_out(request)
    return redirect("franceconnect:logout" if ID_TOKEN in request.session else "home")


@never_cache
@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """« Rester connecté » in the notice shown before an idle logout."""
    return HttpResponse(status=204)


@never_cache
def parked_page(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """What was posted after the idle logout, to be sent again by its author once logged in."""
    kept = idle_rescue.find(request.user, draft_id, timezone.now())
    if kept is None:  # expired, or somebody else logged in on this computer
        return redirect(redirects.after_login())
    return render(request, "accounts/parked.html", {"kept": kept})
