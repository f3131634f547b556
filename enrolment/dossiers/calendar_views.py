"""The deadlines as calendar files."""

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.requests import AuthenticatedRequest
from enrolment.dossiers.facts import situation_of
from enrolment.dossiers.icalendar import deadlines_calendar
from enrolment.models import LIVE_STATES, Enrolment


@require_GET
def deadlines(request: AuthenticatedRequest) -> HttpResponse:
    """All that the person still has to do, by when."""
    dossiers = list(_mine(request).filter(state__in=LIVE_STATES))
    if not dossiers:  # an empty file would open as nothing at all
        messages.info(request, "Vous n'avez aucune échéance à mettre dans votre agenda : aucun dossier n'est en cours.")
        return redirect("enrolment:list")
    return _calendar(request, dossiers, "echeances.ics")


@require_GET
def dossier_deadlines(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """What is left to do for one dossier."""
    enrolment = get_object_or_404(_mine(request), pk=enrolment_id)
    return _calendar(request, [enrolment], f"echeances-{enrolment.session.start}.ics")


def _mine(request: AuthenticatedRequest) -> QuerySet[Enrolment]:
    related = Enrolment.objects.select_related("session__training__body", "session__place__commune", "user")
    return related.filter(user=request.user).order_by("session__start", "id")


def _calendar(request: AuthenticatedRequest, dossiers: Iterable[Enrolment], name: str) -> HttpResponse:
    situation = situation_of(request, timezone.now())
    listed = [(each, situation.checklist(each.session, each)) for each in dossiers]
    response = HttpResponse(deadlines_calendar(listed, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
