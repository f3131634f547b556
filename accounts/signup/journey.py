"""The guided path of account creation: the guide's steps, in order."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.signup.finish import already_done
from accounts.signup.path import SignupPath
from accounts.signup.steps import CERTIFIED_STEPS, STEPS
from core.journeys.step import Answers, Step
from core.models import Draft


class SignupJourney(SignupPath):
    """The creation of one account in one browser."""

    def steps_for(self, answers: Answers) -> Sequence[type[Step[Any]]]:
        return CERTIFIED_STEPS if self.certified else STEPS

    def page(self, name: str) -> HttpResponse:
        """A draft that has become an account answers with that account."""
        return already_done(self) if "done" in self.extra else super().page(name)


def live_drafts(request: HttpRequest) -> list[Draft]:
    """The half-made accounts of this browser, latest first."""
    live = SignupJourney(request, uuid.UUID(int=0)).drafts().order_by("-expires_at", "pk")
    return [draft for draft in live if "done" not in draft.extra]
