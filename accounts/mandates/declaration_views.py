"""« Mes mandats »: those that the site knows, those it proposes, and the form for the one it has not found."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.mandates.declarations import DeclarationForm, declare, declared_last
from accounts.mandates.recognition import proposed_to
from accounts.requests import AuthenticatedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: AuthenticatedRequest) -> HttpResponse:
    """See and declare one's mandates; what was declared stays to be corrected until staff decide."""
    last = declared_last(request.user)
    known = {"function": last.function, "kind": last.kind, "place": last.place, "since": last.since} if last else None
    form = DeclarationForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        declare(request.user, form.cleaned_data, timezone.now())
        messages.success(request, "C'est noté. L'ADM79 vérifie votre mandat et vous répond par mail.")
        return redirect("accounts:mandates")
    context = {
        "form": form,
        "last": last,
        "mandates": request.user.mandates.confirmed().select_related("commune"),
        "proposed_mandates": proposed_to(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/mandates.html", context, status=422 if form.errors else 200)
