"""The pages around a mail address that waits to be confirmed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.contact import email_confirmation
from accounts.contact.forms import AddressForm, EmailChangeForm
from accounts.requests import AuthenticatedRequest
from core import throttling
from core.requests import unlogged


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's link: its button confirms, opening it changes nothing."""
    found = email_confirmation.read(token)
    if found is None:
        return render(request, "accounts/email_link_expired.html", status=410)
    if request.method == "POST":
        email_confirmation.confirm(found, timezone.now())
        # Named: whoever is logged in on this computer may be another person than the one who confirms.
        messages.success(request, f"L'adresse mail {found.email} est confirmée.")
        return redirect("accounts:profile" if request.user.is_authenticated else "accounts:login")
    return render(request, "accounts/email_confirm.html", {"found": found})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """« Ce n'est pas moi »: the page explains, its button stops the change. A GET does nothing: mail scanners look."""
    objection = email_confirmation.read_objection(token)
    if objection is None:
        return render(request, "accounts/email_stop_expired.html", status=410)
    if request.method == "POST":
        email_confirmation.stop(objection)
        return unlogged(render(request, "accounts/email_stopped.html"))
    return unlogged(render(request, "accounts/email_stop.html"))


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: AuthenticatedRequest) -> HttpResponse:
    """The address that waits: have the link sent again, or correct the address."""
    user = request.user
    form = EmailChangeForm(request.POST or None, initial={"email": email_confirmation.awaited(user) or user.email})
    if form.is_valid():
        wait = throttling.take("mail", str(user.pk), timezone.now())
        if not wait:
            email_confirmation.ask_change(user, form.cleaned_data["email"])
            messages.success(request, f"Un mail vient de partir vers {form.cleaned_data['email']}.")
            return redirect("accounts:email")
        form.add_error(None, f"Trop de mails demandés : réessayez dans {throttling.in_words(wait)}.")
    context = {"form": form, "awaited": email_confirmation.awaited(user)}
    return render(request, "accounts/email.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_GET
def city_field(request: HttpRequest) -> HttpResponse:
    """« Ville » for the postal code just typed: the piece of page that htmx puts in place."""
    return render(request, "accounts/city_field.html", {"form": AddressForm(initial=request.GET.dict())})
