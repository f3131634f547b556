"""Mon Compte Formation, seen from here: readiness, the fiche of what it asks, the track of a dossier."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import AuthenticatedRequest
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from enrolment.cdc_mailto import identity_by_mail_message, missing_account_message
from enrolment.funding import marks, mcf_sheet, readiness
from enrolment.funding.track_form import MarkForm
from enrolment.models import OF_PERSON, Enrolment, Milestone
from enrolment.rights.invitation import put_off
from enrolment.rights.readings import position_of


@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: AuthenticatedRequest) -> HttpResponse:
    """« Êtes-vous prêt pour Mon Compte Formation ? »: skippable, to be corrected at any time."""
    user, now = request.user, timezone.now()
    if "plus-tard" in request.POST:
        put_off(user, now)
        return redirect("enrolment:rights")
    initial = readiness.known(user, now)
    form = readiness.ReadinessForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            readiness.note(user, form.cleaned_data, user, now)
        except ValidationError as error:
            form.add_error("read_on", error)
        else:
            messages.success(request, "C'est noté.")
            missing = form.cleaned_data["rights_seen"] == readiness.NO
            return redirect("enrolment:missing-account" if missing else "enrolment:readiness")
    said = marks.marks_of(user)
    context = {
        "form": form,
        "said": [(each.label, said[each]) for each in OF_PERSON if each in said],
        "position": position_of(user, timezone.localdate(now)),
        "readings": user.rights_readings.all()[:5],
        "mcf_login_url": MCF_LOGIN_URL,
        "identity_message": identity_by_mail_message(user),
    }
    return render(request, "enrolment/mcf/ready.html", context, status=422 if form.errors else 200)


@require_GET
def missing_account(request: AuthenticatedRequest) -> HttpResponse:
    """The élu account is not there: only the CDC can mend that, for who has looked on Mon Compte Formation."""
    said = marks.marks_of(request.user).get(Milestone.RIGHTS_SEEN)
    if said is None or said.passed:
        return redirect("enrolment:readiness")
    context = {"said": said, "message_to_cdc": missing_account_message(request.user), "mcf_login_url": MCF_LOGIN_URL}
    return render(request, "enrolment/mcf/missing_account.html", context)


@require_GET
def sheet(request: AuthenticatedRequest) -> HttpResponse:
    """« Ma fiche pour Mon Compte Formation »: what it asks, in its order, with the person's own values; no NIR."""
    context = {"lines": mcf_sheet.lines(request.user), "mcf_login_url": MCF_LOGIN_URL}
    return render(request, "enrolment/mcf/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """The MCF track of a dossier: « C'est fait », taken back, last days; who chose another funding is led away."""
    mine = Enrolment.objects.select_related("session__training__body", "session__place__commune", "user")
    enrolment = get_object_or_404(mine, pk=enrolment_id, user=request.user)
    found = marks.track_of(enrolment, timezone.localdate())
    if found is None:
        return redirect(enrolment)
    form = MarkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, form.carry_out(enrolment, request.user, timezone.now()))
        return redirect(request.path)
    session = enrolment.session
    context = {
        "enrolment": enrolment,
        "session": session,
        "training": session.training,
        "track": found,
        "form": form,
        "mcf_login_url": MCF_LOGIN_URL,
        "today": timezone.localdate(),
    }
    return render(request, "enrolment/mcf/track.html", context, status=422 if form.errors else 200)
