"""The second factor of the staff: a code from a telephone (TOTP), or one of the recovery codes kept on paper.

A member of staff without a device sets one up at the first entry. The QR code and the recovery codes are
shown once.
"""

from typing import Any

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp.models import Device

from accounts.models import RecoveryCodes, Telephone, User
from accounts.requests import AuthenticatedRequest
from core import redirects
from core.forms.base import BaseForm
from core.text import as_number

RECOVERY_CODES = 10
HEADINGS = {
    "check": "Code de vérification",
    "start": "Protéger votre accès",
    "set_up": "Enregistrer votre téléphone",
    "recovery": "Vos codes de secours",
}


class CodeForm(BaseForm):
    """Six digits from the telephone, or a recovery code."""

    code = forms.CharField(
        label="Code de vérification",
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": "Saisissez le code de vérification"},
    )

    def clean_code(self) -> str:
        return "".join(as_number(self.cleaned_data["code"]).split()).lower()


def needed(user: Any) -> bool:
    """Whether this person is staff who must still give a second factor in this browser."""
    return bool(settings.STAFF_OTP_REQUIRED and user.is_active and user.is_staff and not user.is_verified())


def door(request: HttpRequest) -> HttpResponse:
    """Send staff who gave their password on to the second factor, or to its setting up."""
    page = "check" if django_otp.user_has_device(request.user) else "set-up"
    return HttpResponseRedirect(reverse(f"admin:second-factor-{page}", query={"next": _after(request)}))


def _after(request: HttpRequest) -> str:
    return redirects.safe_next(request, default=reverse("admin:index"))


def verify(user: User, code: str) -> Device | None:
    """The device of *user* that accepts *code*. Each device counts its failures and makes the next try wait."""
    with transaction.atomic():
        for device in django_otp.devices_for_user(user, for_verify=True):
            if device.verify_token(code):
                return device
    return None


@transaction.atomic
def start_set_up(user: User) -> Telephone:
    """A new device, not in force until its first code has been given; unfinished ones are forgotten."""
    Telephone.objects.filter(user=user, confirmed=False).delete()
    device = Telephone(user=user, name="Téléphone", confirmed=False)
    device.make_secret()
    device.save()
    return device


@transaction.atomic
def finish_set_up(user: User, code: str) -> tuple[Telephone, list[str]] | None:
    """Put the new device in force when *code* is right; the device and the recovery codes, in clear only here."""
    device = Telephone.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save()
    RecoveryCodes.objects.filter(user=user).delete()
    return device, RecoveryCodes.objects.create(user=user, name="Codes de secours").make(RECOVERY_CODES)


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    from django.contrib import admin  # the site of the admin imports this module

    context = {**admin.site.each_context(request), "heading": HEADINGS[name], "next": _after(request), **context}
    response = render(request, f"admin/second_factor/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _refuse(form: CodeForm, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    if not form.errors:
        form.add_error("code", "Ce code n'est pas le bon, ou il a expiré : saisissez celui qui s'affiche maintenant")
    return _page(request, name, status=422, form=form, **context)


@login_not_required  # only reached through ``guarded``
@never_cache
def check(request: AuthenticatedRequest) -> HttpResponse:
    """Ask staff who have a device for its code."""
    if not django_otp.user_has_device(request.user):
        return door(request)
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return _page(request, "check", form=form)
    device = verify(request.user, form.cleaned_data["code"]) if form.is_valid() else None
    if device is None:
        return _refuse(form, request, "check")
    request.session.cycle_key()
    django_otp.login(request, device)
    return HttpResponseRedirect(_after(request))


@login_not_required
@never_cache
def set_up(request: AuthenticatedRequest) -> HttpResponse:
    """Show the QR code of the new device, take its first code, then show the recovery codes: once each."""
    if django_otp.user_has_device(request.user):
        return door(request)
    device = Telephone.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return _page(request, "start")
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return _page(request, "set_up", form=form, **_shown(device))
    done = finish_set_up(request.user, form.cleaned_data["code"]) if form.is_valid() else None
    if done is None:
        return _refuse(form, request, "set_up", **_shown(device))
    request.session.cycle_key()
    django_otp.login(request, done[0])
    return _page(request, "recovery", codes=done[1])


@login_not_required
@require_POST
def begin(request: AuthenticatedRequest) -> HttpResponse:
    """Make the new device, then show it."""
    if not django_otp.user_has_device(request.user):
        start_set_up(request.user)
    return door(request)


def _shown(device: Telephone) -> dict[str, Any]:
    """The QR code and, for who cannot scan it, the key in groups of four."""
    key = device.key
    return {
        "qr": segno.make(device.config_url, micro=False).svg_data_uri(scale=5, light="white"),
        "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
    }
