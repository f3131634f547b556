"""Where each task of the checklist is done."""

from urllib.parse import urlencode

from django.urls import reverse

from enrolment.dossiers.steps import STEPS
from enrolment.models import Enrolment, State
from enrolment.tasks import Key


def task_link(key: str, enrolment: Enrolment | None, come_back: str) -> str:
    """The address where a task is done, which leads back to *come_back*; empty when there is none."""
    if key == Key.MANDATE:
        return reverse("accounts:mandates")
    if key == Key.IDENTITY:
        return f"{reverse('enrolment:identity')}?{urlencode({'next': come_back})}"
    if key == Key.MCF and enrolment:
        return reverse("enrolment:mcf", args=[enrolment.pk])
    if key == Key.AGREEMENT and enrolment:
        return reverse("enrolment:agreement", args=[enrolment.pk])
    if key in {step.name for step in STEPS} and enrolment and enrolment.state == State.DRAFT:
        return reverse("enrolment:step", args=[enrolment.pk, key])
    return ""
