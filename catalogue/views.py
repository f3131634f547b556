"""Search, training page, fiche and calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import communes
from accounts.http import HtmxRequest
from catalogue import calendars, fiches, pages
from catalogue.cards import SearchPage
from catalogue.models import FormerReference, Session, Training
from catalogue.search import Criteria, Search

TYPED_FIELDS = {"q", "lieu"}


@require_safe
@vary_on_headers("HX-Request")
def search(request: HtmxRequest) -> HttpResponse:
    """« Chercher les formations liées à l'exercice de mon mandat »: a whole page, or its results as one types."""
    criteria = Criteria.from_query(request.GET)
    rights = request.user.rights_balance  # type: ignore[union-attr]
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
    typed = request.GET.get("lieu", "")[:100].replace("\0", "")
    found = communes.find(typed) if len(typed.strip()) > 1 else []
    return render(request, "catalogue/search.html#communes", {"communes": communes.with_postal_codes(found)})


def find_training(reference: str) -> Training:
    """The training that bears or bore this reference, whatever its state. Raises Http404."""
    trainings = Training.objects.select_related("body", "subject", "replaced_by")
    found = trainings.filter(reference=reference).first()
    if found is None:
        former = get_object_or_404(FormerReference, reference=reference)
        found = trainings.get(pk=former.training_id)
    return found


def may_see(request: HttpRequest, training: Training) -> bool:
    """Drafts are for the staff who may change them (preview); the others exist for nobody else."""
    return training.status != Training.Status.DRAFT or request.user.has_perm("catalogue.change_training")


@login_not_required
@require_safe
def training(request: HttpRequest, reference: str) -> HttpResponse:
    """The page that a fiche's deep link opens: public in its outline, whole once logged in, 410 once withdrawn."""
    found = find_training(reference)
    if not may_see(request, found):
        raise Http404
    if reference != found.reference:
        return redirect(found, permanent=True)
    if found.status == Training.Status.WITHDRAWN:
        return render(request, "catalogue/withdrawn.html", {"training": found}, status=410)
    if request.user.is_authenticated:
        return render(request, "catalogue/training.html", pages.training_context(found, timezone.localdate()))
    return render(request, "catalogue/training_public.html", pages.outline_context(found, timezone.localdate()))


@login_not_required
@require_safe
def fiche(request: HttpRequest, reference: str) -> HttpResponse:
    """One A4 page to print and hand out, with the deep link and its QR code."""
    found = find_training(reference)
    if not may_see(request, found):
        raise Http404
    if reference != found.reference:
        return redirect("catalogue:fiche", found.reference, permanent=True)
    if found.status == Training.Status.WITHDRAWN:
        return render(request, "catalogue/withdrawn.html", {"training": found}, status=410)
    return render(request, "catalogue/fiche.html", fiches.context(found, timezone.localdate()))


@login_not_required
@require_safe
def calendar(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session for the person's calendar (.ics); a cancelled one says so."""
    session = get_object_or_404(
        Session.objects.select_related("training__body", "place__commune"),
        pk=session_id,
        training__status=Training.Status.PUBLISHED,
    )
    content = calendars.calendar_of([calendars.session_event(session)])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{session.training.reference}-{session.start}.ics"'
    return response
