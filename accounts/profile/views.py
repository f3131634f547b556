"""« Mon compte »: see and change what the site knows, take it out, leave."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.contact import addresses, email_confirmation
from accounts.contact.forms import AddressForm, PhonesForm
from accounts.login import browsers
from accounts.login.fresh_proof import fresh_proof_required
from accounts.login.password_forms import NewPasswordForm
from accounts.login.passwords import RULES
from accounts.login.reset import change_password
from accounts.models import CorrectionRequest, FranceConnectIdentity, User
from accounts.profile import closing, export
from accounts.profile.forms import (
    CloseAccountForm,
    CorrectionForm,
    UsualNameForm,
)
from accounts.requests import AuthenticatedRequest
from core.sessions import row_key

PHONE_FIELDS = ("mobile", "landline")


@never_cache
@require_safe
def profile(request: AuthenticatedRequest) -> HttpResponse:
    """All of the account on one page, each part with its « Modifier »."""
    user = request.user
    context = {
        "address": addresses.lines(user),
        "awaited": email_confirmation.awaited(user),
        "franceconnect": FranceConnectIdentity.objects.filter(user=user).first(),
        "sessions": browsers.open_sessions(user),
        "current_key": row_key(request.session.session_key),
        "corrections": user.corrections.all(),
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/profile/profile.html", context)


def _page(request: AuthenticatedRequest, name: str, form: BaseForm, **context: object) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, f"accounts/profile/{name}.html", {"form": form, **context}, status=status)


def _store(request: AuthenticatedRequest, form: BaseForm, fields: tuple[str, ...], said: str) -> HttpResponse:
    user = request.user
    changed = [name for name in fields if name in form.cleaned_data]
    for name in changed:
        setattr(user, name, form.cleaned_data[name])
    user.save(update_fields=changed)
    messages.success(request, said)
    return redirect("accounts:profile")


def _values(user: User, fields: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(user, name) for name in fields}


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: AuthenticatedRequest) -> HttpResponse:
    """Phones."""
    form = PhonesForm(request.POST or None, initial=_values(request.user, PHONE_FIELDS))
    if form.is_valid():
        return _store(request, form, PHONE_FIELDS, "Vos numéros de téléphone sont enregistrés.")
    return _page(request, "contact", form)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: AuthenticatedRequest) -> HttpResponse:
    """Home address; « Chercher les communes » only fills the list, for browsers without JavaScript."""
    known = {**_values(request.user, addresses.FIELDS), "city": request.user.commune_id or request.user.city}
    if "refresh" in request.POST:
        return _page(request, "address", AddressForm(initial={**known, **request.POST.dict()}))
    form = AddressForm(request.POST or None, initial=known)
    if form.is_valid():
        return _store(request, form, addresses.FIELDS, "Votre adresse est enregistrée.")
    return _page(request, "address", form)


@require_http_methods(["GET", "HEAD", "POST"])
def usual_name(request: AuthenticatedRequest) -> HttpResponse:
    """Usual name and diploma."""
    fields = ("usual_name", "diploma")
    form = UsualNameForm(request.POST or None, initial=_values(request.user, fields), user=request.user)
    if request.method == "POST" and form.is_valid():
        return _store(request, form, fields, "Vos informations sont enregistrées.")
    return _page(request, "usual_name", form)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def password(request: AuthenticatedRequest) -> HttpResponse:
    """A new password; the other sessions end."""
    user = request.user
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        change_password(user, form.cleaned_data["password"], keep=request.session.session_key)
        browsers.renew(request, user)
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect("accounts:profile")
    return _page(request, "password", form, rules=RULES)


@require_POST
def close_sessions(request: AuthenticatedRequest) -> HttpResponse:
    """« Déconnecter partout »: every browser but this one."""
    browsers.close_sessions(request.user, keep=request.session.session_key, rescue=timezone.now())
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("accounts:profile")


@require_POST
@fresh_proof_required
def unlink_franceconnect(request: AuthenticatedRequest) -> HttpResponse:
    """Log in by password only, from now on; certified fields stay as they were certified."""
    if not request.user.has_usable_password():
        messages.error(request, "Choisissez d'abord un mot de passe : sans lui, vous ne pourriez plus vous connecter.")
        return redirect("accounts:profile-password")
    FranceConnectIdentity.objects.filter(user=request.user).delete()
    messages.success(request, "FranceConnect n'ouvre plus votre compte. Votre mot de passe l'ouvre toujours.")
    return redirect("accounts:profile")


@require_POST
@fresh_proof_required
def download(request: AuthenticatedRequest) -> HttpResponse:
    """All personal data, JSON."""
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees-adm79.json"', "Cache-Control": "no-store"}
    return HttpResponse(export.as_json(request.user), content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: AuthenticatedRequest) -> HttpResponse:
    """Ask staff to correct a certified field."""
    form = CorrectionForm(request.POST or None, user=request.user)
    if form.is_valid():
        with suppress(IntegrityError), transaction.atomic():  # the button pressed twice: the first request stands
            form.save()
        messages.success(request, "Votre demande est envoyée. L'ADM79 vous répond par mail.")
        return redirect("accounts:profile")
    return _page(request, "correction", form, fields=CorrectionRequest.Field.choices)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def close(request: AuthenticatedRequest) -> HttpResponse:
    """Close the account: what is kept and why, then at once."""
    user = request.user
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        closing.close_account(user, timezone.now())
        request.session.flush()
        return redirect("accounts:profile-closed")
    return _page(request, "close", form)


@login_not_required
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """The account is closed."""
    return render(request, "accounts/profile/closed.html")
