"""The steps of a dossier: one address each."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from core.narrow import Narrow
from enrolment.dossiers.board import COLUMNS
from enrolment.dossiers.journey import EnrolmentJourney
from enrolment.dossiers.refusals import RefusedError, check_offer
from enrolment.dossiers.refused import refused
from enrolment.models import Enrolment, State

ON_ITS_WAY = Narrow(
    Enrolment,
    *COLUMNS,
    *("session__schedule", "session__training__status", "session__training__price", "session__training__funding_aids"),
)
"""A dossier, with the columns that its steps look at."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, enrolment_id: uuid.UUID, step: str) -> HttpResponse:
    """One step of the person's own dossier; a dossier that has left leads to its page."""
    enrolment = ON_ITS_WAY.first(pk=enrolment_id, user=request.user)
    if enrolment is None:
        raise Http404
    enrolment.user = request.user
    if enrolment.state != State.DRAFT:
        return redirect(enrolment)
    journey = EnrolmentJourney(request, enrolment, request.user)
    try:
        check_offer(enrolment.session, journey.now)
    except RefusedError as error:
        return refused(request, error, enrolment.session, enrolment)
    return journey.page(step)
