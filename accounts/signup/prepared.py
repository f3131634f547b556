"""An account creation that begins with answers somebody was given on the telephone."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.signup.journey import SignupJourney
from accounts.signup.steps import STEPS
from core.journeys import browser
from core.journeys.limits import admit
from core.journeys.step import Raw
from core.models import Draft


def begin(request: HttpRequest, typed: Mapping[str, str], extra: Mapping[str, Any], now: datetime) -> HttpResponse:
    """Lead to the first step, each step showing what of *typed* it asks, by field, to be checked and gone on from.

    Nothing counts as answered: each step is still to be submitted by the person. *extra* stays beside the answers;
    ``next`` in it is where they go in the end. Raises ``throttling.TooManyError``.
    """
    journey = SignupJourney(request, uuid.uuid4())
    admit(request, journey.drafts(), now)
    draft = Draft(pk=journey.draft_id, kind=journey.kind, owner=journey.owner, changed_at=now)
    answers = {step.name: _unsubmitted(step.form_class.base_fields, typed) for step in STEPS if not step.secret}
    draft.keep(answers={name: answer for name, answer in answers.items() if answer["raw"]}, extra=dict(extra))
    draft.expires_at = journey.expiry(now)
    draft.save(force_insert=True)
    journey.use(draft)
    return browser.remember(request, HttpResponseRedirect(journey.steps[0].url))


def _unsubmitted(fields: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    raw: Raw = {name: [typed[name]] for name in fields if typed.get(name) and name != "nir"}
    return {"raw": raw, "valid": False, "partial": True}
