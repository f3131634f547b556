"""Not being able to enrol is no error: a page that says why, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from catalogue.models import Session
from catalogue.sessions import in_force
from catalogue.trainings.training_page import open_sessions
from core.requests import layout_for
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import Enrolment

PAGES = {
    Refusal.TOO_LATE: "too_late",
    Refusal.SESSION_CANCELLED: "session_cancelled",
    Refusal.TRAINING_WITHDRAWN: "training_withdrawn",
    Refusal.RIGHTS_CHANGED: "rights_changed",
    Refusal.NOT_PROVED: "not_proved",
    Refusal.DIF_ENDED: "dif_ended",
    Refusal.MCF_CLOCK: "mcf_clock",
}
"""The causes that have a page of their own; the others say their sentence."""
TOPICS = {
    Refusal.TOO_LATE: "trop_tard",
    Refusal.FULL: "session_complete",
    Refusal.NOT_FULL: "session_complete",
    Refusal.SESSION_CANCELLED: "session_annulee",
    Refusal.TRAINING_WITHDRAWN: "formation_retiree",
    Refusal.RIGHTS_CHANGED: "financement_change",
    Refusal.MCF_CLOCK: "financement_change",
    Refusal.DIF_ENDED: "mandat_termine",
    Refusal.NOT_PROVED: "de_nouveau",
}
"""The topic of the help (`templates/help/`) for each cause; the state of the dossier explains the others."""
SHOWN_SESSIONS = 5


def refused(
    request: HttpRequest, error: RefusedError, session: Session, enrolment: Enrolment | None = None
) -> HttpResponse:
    """The page of a refusal (409), with the training's next open sessions and whom to write to."""
    today = timezone.localdate(timezone.now())
    others = open_sessions(session.training, today).exclude(pk=session.pk)
    context = {
        "layout": layout_for(request),
        "message": str(error),
        "topic": TOPICS.get(error.cause, "dossier_change"),
        "session": session,
        "training": session.training,
        "enrolment": enrolment,
        "last_day": in_force.status_of(session, today).last_day,
        "rule": in_force.rule_in_words(),
        "next_sessions": others[:SHOWN_SESSIONS],
    }
    template = f"enrolment/refused/{PAGES.get(error.cause, 'other')}.html"
    return render(request, template, context, status=409)
