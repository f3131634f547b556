"""« Ville » for a postal code."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.contact.forms import AddressForm


@login_not_required
@require_GET
def city_field(request: HttpRequest) -> HttpResponse:
    """« Ville » for the postal code just typed: the piece of page that htmx puts in place."""
    return render(request, "accounts/city_field.html", {"form": AddressForm(initial=request.GET.dict())})
