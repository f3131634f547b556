"""Search, training page, fiche and calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue.models import Session, Training


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """« Chercher les formations liées à l'exercice de mon mandat »."""
    trainings = Training.objects.published().select_related("body", "subject")
    q = request.GET.get("q", "").strip()
    if q:
        trainings = trainings.filter(title__icontains=q)
    return render(
        request, "catalogue/search.html", {"trainings": trainings, "q": q, "place": request.GET.get("lieu", "")}
    )


@require_safe
def commune_suggestions(request: HttpRequest) -> HttpResponse:
    """Communes for « Localisation » as one types."""
    return HttpResponse("")


@login_not_required
@require_safe
def training(request: HttpRequest, reference: str) -> HttpResponse:
    """The page that a fiche's deep link opens."""
    found = get_object_or_404(Training.objects.published().select_related("body", "subject"), reference=reference)
    sessions = found.sessions.select_related("place__commune").order_by("start", "id")
    return render(request, "catalogue/training.html", {"training": found, "sessions": sessions})


@login_not_required
@require_safe
def fiche(request: HttpRequest, reference: str) -> HttpResponse:
    """The printable fiche."""
    return training(request, reference)


@login_not_required
@require_safe
def calendar(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session for the person's calendar."""
    get_object_or_404(Session, pk=session_id)
    return HttpResponse("", content_type="text/calendar")
