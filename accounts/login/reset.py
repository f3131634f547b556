"""A forgotten password: NIR and mail address together, the same answer in all cases, a link that works once.

The page only notes the question; a worker looks for the account and sends the mail. So the page does the same
work, in the same time, for every number.
"""

import base64
import hmac
import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.identity import nir as nir_rules
from accounts.identity.pepper_change import bring_forward
from accounts.login import browsers
from accounts.login.forms import ForgottenForm
from accounts.login.password_forms import NewPasswordForm
from accounts.login.passwords import RULES
from accounts.login.service import log_in
from accounts.models import User
from core import encryption, outbox, throttling
from core.models import OutgoingMail
from core.requests import unlogged

LINK_LASTS = timedelta(hours=2)
"""A link works once, the newest only, and no longer than this."""


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """« Mot de passe oublié »."""
    form = ForgottenForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/forgotten.html", {"form": form}, status=422 if form.is_bound else 200)
    bring_forward(form.cleaned_data["nir"])
    account, now = nir_rules.digest(form.cleaned_data["nir"]), timezone.now()
    wait = throttling.take("reset-network", throttling.network(request), now)
    if wait:
        form.add_error(None, f"Trop de demandes : réessayez dans {throttling.in_words(wait)}.")
        return render(request, "accounts/forgotten.html", {"form": form}, status=429)
    send_link.enqueue(account, sealed(form.cleaned_data["email"]))
    return redirect("accounts:password-forgotten-sent")


@login_not_required
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """The one answer: if the number and the address go together, a mail is on its way."""
    return render(request, "accounts/forgotten_sent.html")


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The page behind the mail's link: a new password, then logged in."""
    user = _owner(uid, token)
    if user is None:
        return render(request, "accounts/reset_expired.html", status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if not form.is_valid():
        context = {"form": form, "rules": RULES}
        status = 422 if form.is_bound else 200
        return unlogged(render(request, "accounts/new_password.html", context, status=status))
    change_password(user, form.cleaned_data["password"])
    throttling.clear("login-account", user.nir_digest or "")
    throttling.clear("reset-account", user.nir_digest or "")
    log_in(request, user, method="password")
    messages.success(request, "Votre nouveau mot de passe est enregistré. Vous êtes connecté.")
    return redirect(settings.LOGIN_REDIRECT_URL)


def change_password(user: User, password: str, *, keep: str | None = None) -> None:
    """Set the password, end every session of the account (but the one whose key is *keep*), and tell its owner."""
    with transaction.atomic():
        user.set_password(password)
        user.reset_digest, user.reset_sent_at = "", None
        user.save(update_fields=["password", "reset_digest", "reset_sent_at"])
        browsers.close_sessions(user, keep=keep)
        outbox.send_later("accounts/password_changed", user.email, {})


@task()
def send_link(nir_digest: str, sealed_email: str) -> None:
    """Send the link if the account of this number has this address; else nothing, and nobody is told.

    Only a right address counts against the account: who knows a number alone keeps nobody from their link. The
    newest link is the only one that works.
    """
    email = encryption.decrypt(base64.b64decode(sealed_email)).decode()
    user = User.objects.filter(nir_digest=nir_digest, is_active=True).first()
    if user is None or user.email.lower() != email.lower():
        return
    request_id = encryption.keyed_digest(sealed_email, purpose="reset")  # this very request, run twice or not
    token = encryption.keyed_digest(f"{user.pk}:{sealed_email}", purpose="reset-token")
    uid = urlsafe_base64_encode(str(user.pk).encode())
    url = settings.SITE_URL + reverse("accounts:password-reset", args=[uid, token])
    with transaction.atomic():
        if OutgoingMail.objects.filter(key=f"reset:{request_id}").exists():
            return
        if throttling.take("reset-account", nir_digest, timezone.now()):
            return
        User.objects.filter(pk=user.pk).update(reset_digest=token_digest(token), reset_sent_at=timezone.now())
        outbox.send_later("accounts/reset_password", user.email, {"url": url}, key=f"reset:{request_id}")


def token_digest(token: str) -> str:
    """What is kept of a link: a copy of the database opens nothing."""
    return encryption.keyed_digest(token, purpose="reset-link")


def sealed(text: str) -> str:
    """*text* encrypted, as a task's row may hold it."""
    return base64.b64encode(encryption.encrypt(text.encode())).decode()


def _owner(uid: str, token: str) -> User | None:
    try:
        pk = uuid.UUID(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    user = User.objects.filter(pk=pk, is_active=True).exclude(reset_digest="").first()
    if user is None or user.reset_sent_at is None or timezone.now() - user.reset_sent_at >= LINK_LASTS:
        return None
    return user if hmac.compare_digest(user.reset_digest, token_digest(token)) else None
