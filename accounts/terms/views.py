"""The page of the conditions to accept."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from accounts.terms import conditions
from core import redirects
from core.forms.base import BaseForm


class AcceptForm(BaseForm):
    """One box, and the version that was read."""

    terms = forms.BooleanField(
        label="J'ai lu et j'accepte les conditions générales d'utilisation",
        error_messages={"required": "Acceptez les conditions générales d'utilisation pour continuer"},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: AuthenticatedRequest) -> HttpResponse:
    """What changes, the whole text, one box; then back to what one was doing."""
    target = redirects.safe_next(request)
    if not conditions.is_asked(request):
        return redirect(target)
    current = conditions.in_force()
    form = AcceptForm(request.POST or None)
    if form.is_valid() and request.POST.get("version") == current.name:
        conditions.accept(request.user, current.name, timezone.now())
        request.session.pop(conditions.ASKED, None)
        return redirect(target)
    context = {"form": form, "conditions": current, "next": target, "first_time": not request.user.terms_version}
    return render(request, "accounts/terms/accept.html", context, status=422 if form.is_bound else 200)
