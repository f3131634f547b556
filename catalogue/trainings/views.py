"""Search, training page, fiche and calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.demand import interests
from catalogue.models import FormerReference, Training
from catalogue.trainings import fiches, finder, training_page
from catalogue.trainings.outline import next_open_sessions
from core.narrow import Narrow

WHOLE = Narrow(
    Training,
    *("reference", "title", "status", "summary", "strong_points", "objectives", "programme", "teaching_means"),
    *("evaluation", "audience", "prerequisites", "duration_hours", "duration_days", "price", "funding_aids", "mcf_url"),
    *("replaced_by", "subject__name", "body__name", "body__siret", "body__approval_number"),
    *("body__email", "body__phone", "body__accessibility_contact"),
)
"""Trainings, with the columns that their page and their fiche show."""
OUTLINE_LIMIT = 60
"""Sessions shown in outline: more than an association opens at a time."""


def find_training(reference: str) -> Training:
    """The training that bears or bore this reference, whatever its state. Raises Http404.

    The one that replaces it is read by the page of a withdrawn one alone.
    """
    found = WHOLE.first(reference=reference)
    if found is None:
        former = get_object_or_404(FormerReference, reference=reference)
        found = WHOLE.first(pk=former.training_id)
    if found is None:
        raise Http404
    return found


def not_found(request: HttpRequest, typed: str) -> HttpResponse:
    """No training bears this reference (404): the nearest ones, and a field to type it again."""
    context = {"typed": typed, "nearest": finder.nearest(typed, timezone.localdate())}
    return render(request, "catalogue/unknown.html", context, status=404)


@login_not_required
@require_safe
def mistyped(request: HttpRequest, typed: str) -> HttpResponse:
    """An address of a training with something that clings to it: leads on to the training it means."""
    found = finder.address(typed)
    return redirect(found, permanent=True) if found else not_found(request, typed)


@login_not_required
@require_safe
def fiche_in_hand(request: HttpRequest) -> HttpResponse:
    """« J'ai une fiche de l'ADM79 »: where its link stands, and a field to type it in."""
    typed = request.GET.get("adresse", "").strip()
    if not typed:
        return render(request, "catalogue/fiche_in_hand.html", {"typed": ""})
    found = finder.address(typed)
    return redirect(found) if found else not_found(request, typed)


@login_not_required
@require_safe
def outline(request: HttpRequest) -> HttpResponse:
    """The open sessions in outline, for everybody; the search itself is for those who are logged in."""
    sessions = next_open_sessions(timezone.localdate(), OUTLINE_LIMIT)
    return render(request, "catalogue/outline.html", {"sessions": sessions})


def may_see(request: HttpRequest, training: Training) -> bool:
    """Drafts are for the staff who may change them (preview); the others exist for nobody else."""
    return training.status != Training.Status.DRAFT or request.user.has_perm("catalogue.change_training")


@login_not_required
@require_safe
def training(request: HttpRequest, reference: str) -> HttpResponse:
    """The page that a fiche's deep link opens: public in its outline, whole once logged in, 410 once withdrawn."""
    today = timezone.localdate()
    if not request.user.is_authenticated and (front := training_page.front(reference, today)):
        return render(request, "catalogue/training_public.html", {"front": front})
    try:
        found = find_training(reference)
    except Http404:
        return mistyped(request, reference)
    if not may_see(request, found):
        raise Http404
    if reference != found.reference:
        return redirect(found, permanent=True)
    if found.status == Training.Status.WITHDRAWN:
        return render(request, "catalogue/withdrawn.html", {"training": found}, status=410)
    context = training_page.training_context(found, today)
    context |= interests.waiting_context(request.user, found, has_open=context["any_open"])
    return render(request, "catalogue/training.html", context)


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
