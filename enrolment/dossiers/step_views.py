"""The steps of a dossier: one address each."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from enrolment.dossiers.journey import EnrolmentJourney
from enrolment.dossiers.refusals import RefusedError, check_offer
from enrolment.dossiers.refused import refused
from enrolment.models import Enrolment, State


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, enrolment_id: uuid.UUID, step: str) -> HttpResponse:
    """One step of the person's own dossier; a dossier that has left leads to its page."""
    mine = Enrolment.objects.select_related("session__training", "session__place__commune")
    enrolment = get_object_or_404(mine, pk=enrolment_id, user=request.user)
    enrolment.user = request.user
    if enrolment.state != State.DRAFT:
        return redirect(enrolment)
    journey = EnrolmentJourney(request, enrolment, request.user)
    try:
        check_offer(enrolment.session, journey.now)
    except RefusedError as error:
        return refused(request, error, enrolment.session, enrolment)
    return journey.page(step)
