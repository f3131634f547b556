"""Where each task of the checklist is done."""

from urllib.parse import urlencode

from django.urls import reverse

from catalogue.trainings.deep_links import MCF_LOGIN_URL
from enrolment.dossiers.checklist import Key
from enrolment.dossiers.steps import STEPS
from enrolment.models import Enrolment, State


def task_link(key: str, enrolment: Enrolment | None, come_back: str) -> str:
    """The address where a task is done, which leads back to *come_back*; empty when there is none."""
    if key == Key.MANDATE:
        return reverse("enrolment:rights")
    if key == Key.IDENTITY:
        return f"{reverse('enrolment:identity')}?{urlencode({'next': come_back})}"
    if key == Key.CONFIRM and enrolment:
        return enrolment.session.training.mcf_url or MCF_LOGIN_URL
    if key in {step.name for step in STEPS} and enrolment and enrolment.state == State.DRAFT:
        return reverse("enrolment:step", args=[enrolment.pk, key])
    return ""
