"""Where each task of the checklist is done."""

from functools import cache, lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from enrolment.dossiers.steps import STEPS
from enrolment.models import Enrolment, State
from enrolment.models.dossiers import address_of
from enrolment.tasks import Key


def task_link(key: str, enrolment: Enrolment | None, come_back: str) -> str:
    """The address where a task is done, which leads back to *come_back*; empty when there is none."""
    if key == Key.MANDATE:
        return _page("accounts:mandates")
    if key == Key.IDENTITY:
        return _identity_from(come_back)
    if key == Key.MCF and enrolment:
        return address_of(enrolment.pk, "mcf")
    if key == Key.AGREEMENT and enrolment:
        return address_of(enrolment.pk, "agreement")
    if key in {step.name for step in STEPS} and enrolment and enrolment.state == State.DRAFT:
        return address_of(enrolment.pk, "step", str(key))
    return ""


@lru_cache(maxsize=1000)
def _identity_from(come_back: str) -> str:
    return f"{_page('enrolment:identity')}?{urlencode({'next': come_back})}"


@cache
def _page(view: str) -> str:
    return reverse(view)
