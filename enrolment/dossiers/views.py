"""« Mes inscriptions »: the list, one dossier, opening and cancelling one."""

import uuid
from dataclasses import replace
from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import AuthenticatedRequest
from catalogue.models import Session
from catalogue.sessions import in_force
from catalogue.sessions.session_status import has_begun
from core import leaves
from core.forms.base import BaseForm
from core.leaves import Kind, Leaf
from enrolment.dossiers import proofs, workflow
from enrolment.dossiers.board import board_of
from enrolment.dossiers.facts import situation_of
from enrolment.dossiers.headings import HEADINGS
from enrolment.dossiers.next_act import next_act
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.refused import refused
from enrolment.dossiers.stamps import stamp_of
from enrolment.dossiers.steps import STEPS
from enrolment.dossiers.transitions import allowed_from
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.funding import marks
from enrolment.models import WITH_PUBLIC, Enrolment, State


class CancelForm(BaseForm):
    """Giving up a request is asked twice."""

    confirm = forms.BooleanField(label="Je confirme l'annulation de ma demande")
    required_messages = {"confirm": "Cochez la case pour confirmer l'annulation."}


@require_GET
def index(request: AuthenticatedRequest) -> HttpResponse:
    """The person's dossiers: who must act first at the top, each with what is left to do and by when."""
    return render(request, "enrolment/list.html", {"board": board_of(request, timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    """« Créer mon dossier d'inscription »: a second one for the same session leads to the first.

    Whoever pressed the button after being logged out comes here from the login by a GET, which opens nothing:
    it leads back to the training and its button.
    """
    session = get_object_or_404(Session.objects.select_related("training"), pk=session_id)
    if request.method != "POST":
        return redirect(session.training)
    try:
        enrolment, new = workflow.create(request.user, session, timezone.now())
    except RefusedError as error:
        return refused(request, error, session)
    if not new:
        messages.info(request, "Vous avez déjà un dossier pour cette session : le voici.")
    if enrolment.state != State.DRAFT:
        return redirect(enrolment)
    proved = proofs.carry_over(request, enrolment, timezone.now())
    return redirect("enrolment:step", enrolment.pk, STEPS[1 if proved else 0].name)


@require_GET
def detail(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """One dossier: where it stands, what comes next, when, whom to call. Right after sending, the answer page."""
    enrolment = get_object_or_404(_mine(request), pk=enrolment_id)
    actions = {transition.name for transition in allowed_from(enrolment.state, Role.OFFICIAL)}
    today = timezone.localdate()
    situation = situation_of(request, timezone.now())
    checklist = situation.checklist(enrolment.session, enrolment)
    act = next_act(enrolment, checklist) if enrolment.is_live else None
    track = situation.track(enrolment)
    goes_on = enrolment.is_live or enrolment.holds_a_seat
    context = {
        "enrolment": enrolment,
        "session": enrolment.session,
        "training": enrolment.session.training,
        "checklist": checklist,
        "act": act,
        "leaf": act.leaf(today) if act else _day_of(enrolment, today),
        "stamp": stamp_of(enrolment),
        "events": enrolment.events.all(),
        "last_day": still_to_leave(enrolment),
        "may_cancel": TransitionName.CANCEL in actions and not has_begun(enrolment.session.start, today),
        "heading": HEADINGS[State(enrolment.state)],
        "tracks": situation.tracks(enrolment, checklist),
        "uses_mcf": bool(enrolment.sent_at and track and (goes_on or track.asked_there)),
        "over": not goes_on,
        "supposed": bool(enrolment.rights_agreed) and not request.user.rights_readings.exists(),
        "needs_agreement": enrolment.is_live and enrolment.funding in WITH_PUBLIC and bool(enrolment.public_agreed),
        "place_in_line": workflow.place_in_line(enrolment),
    }
    return render(request, "enrolment/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Give up a request, after a confirmation."""
    enrolment = get_object_or_404(_mine(request), pk=enrolment_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.cancel(enrolment, request.user, timezone.now())
        except RefusedError as error:
            return refused(request, error, enrolment.session, enrolment)
        messages.success(request, "Votre demande est annulée.")
        return redirect(enrolment)
    track = marks.track_of(enrolment, timezone.localdate())
    context = {
        "enrolment": enrolment,
        "session": enrolment.session,
        "form": form,
        "asked_on_mcf": bool(track and track.asked_there),
    }
    return render(request, "enrolment/cancel.html", context, status=422 if form.errors else 200)


def _day_of(enrolment: Enrolment, today: date) -> Leaf:
    """The session's day; nothing is counted down to it for who does not come."""
    leaf = leaves.event(enrolment.session.start, today, "formation")
    return leaf if enrolment.holds_a_seat else replace(leaf, kind=Kind.PAST, left="")


def still_to_leave(enrolment: Enrolment) -> date | None:
    """The last day that still matters to this dossier: to send it, or for a seat to be freed."""
    if enrolment.state == State.DRAFT:
        return in_force.last_day_to_send(enrolment.session)
    return enrolment.last_day_to_send if enrolment.state == State.WAITING else None


def _mine(request: AuthenticatedRequest) -> QuerySet[Enrolment]:
    """The person's dossiers; each knows its person without reading them again."""
    return request.user.enrolments.select_related("session__training__body", "session__place__commune")
