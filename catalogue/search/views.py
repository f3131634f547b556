"""The search page, and the communes offered as one types."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.places import communes
from catalogue.search import unanswered as counted
from catalogue.search.engine import Criteria, Search
from catalogue.search.page import SearchPage
from catalogue.search.rights import known_rights
from core.requests import HtmxRequest
from core.text import line

TYPED_FIELDS = {"q", "lieu"}


@require_safe
@vary_on_headers("HX-Request")
def search(request: HtmxRequest) -> HttpResponse:
    """« Chercher les formations liées à l'exercice de mon mandat »: a whole page, or its results as one types."""
    criteria = Criteria.from_query(request.GET)
    rights = known_rights(request.user)
    page = SearchPage(Search(criteria, timezone.localdate(), rights))
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "catalogue/search.html", {"page": page, "criteria": criteria})
    response = render(request, "catalogue/search.html#answer", {"page": page, "criteria": criteria})
    address = reverse("catalogue:search") + f"?{criteria.address(page=criteria.page)}".rstrip("?")
    typing = request.htmx.trigger_name in TYPED_FIELDS or request.htmx.trigger in TYPED_FIELDS
    response["HX-Replace-Url" if typing else "HX-Push-Url"] = address
    return response


@require_safe
def commune_suggestions(request: HttpRequest) -> HttpResponse:
    """Communes for « Localisation » as one types: options « Niort (79000) »."""
    typed = line(request.GET.get("lieu", ""))[:100]
    found = communes.find(typed) if len(typed) > 1 else []
    return render(request, "catalogue/search.html#communes", {"communes": communes.with_postal_codes(found)})


@require_POST
def unanswered(request: HtmxRequest) -> HttpResponse:
    """Count words that found nothing; the page itself says so after a moment, or the person by a button."""
    counted.note(Criteria.from_query(request.POST).q, timezone.localdate())
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Merci : l'ADM79 sait maintenant ce que vous cherchiez.")
    return redirect("catalogue:search")
