"""A seat set free after the last day: who waits is asked first, and takes it or lets it go."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from catalogue.sessions import in_force
from enrolment.dossiers import workflow
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.refused import refused
from enrolment.models import State


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """« Une place s'est libérée »: what taking it means, and the button that takes it."""
    mine = request.user.enrolments.select_related("session__training__body", "session__place__commune")
    enrolment = get_object_or_404(mine, pk=enrolment_id)
    if enrolment.state != State.WAITING:
        return redirect(enrolment)
    if request.method == "POST":
        try:
            taken = workflow.take_offer(enrolment, request.user, timezone.now())
        except RefusedError as error:
            return refused(request, error, enrolment.session, enrolment)
        messages.success(request, "La place est à vous. Confirmez votre financement, tel qu'il est aujourd'hui.")
        return redirect("enrolment:agree", taken.pk)
    clocks = in_force.clocks_of(enrolment.session)
    context = {
        "enrolment": enrolment,
        "session": enrolment.session,
        "training": enrolment.session.training,
        "free": enrolment.is_offered_a_seat,
        "mcf": in_force.payment_by_dif(clocks, timezone.localdate()) if enrolment.uses_dif else "",
    }
    return render(request, "enrolment/seat.html", context)
