"""« Est-ce bien vous ? »: the proof asked before what cannot be undone."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.identity import reauthentication
from accounts.login.password_forms import AccountForm
from accounts.login.service import check_again
from accounts.models import FranceConnectIdentity
from accounts.requests import AuthenticatedRequest
from core import redirects


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
def prove(request: AuthenticatedRequest) -> HttpResponse:
    """Password, or FranceConnect for who has linked it; then back to what one was doing."""
    user = request.user
    form = ProveForm(request.POST or None, user=user)
    if user.has_usable_password() and form.is_valid():
        reauthentication.prove(request, timezone.now())
        messages.success(request, "C'est bien vous. Vous avez 10 minutes pour finir ce que vous faisiez.")
        return redirect(redirects.safe_next(request))
    context = {
        "form": form,
        "has_password": user.has_usable_password(),
        "has_franceconnect": FranceConnectIdentity.objects.filter(user=user).exists(),
        "next": redirects.safe_next(request),
    }
    return render(request, "accounts/prove.html", context, status=422 if form.is_bound else 200)
