"""What a half-made account knows, whatever its steps: its owner, whom FranceConnect named, where to go on."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.identity.certified import CertifiedIdentity, pending_identity
from accounts.login.browsers import IDLE_LIMIT
from accounts.models import User
from core import redirects
from core.journeys import browser
from core.journeys.journey import Journey
from core.journeys.step import Step
from core.models import Draft

FOLDER = "accounts/signup"


class SignupPath(Journey):
    """The creation of one account in one browser; ``SignupJourney`` gives it its steps."""

    kind = "signup"
    lifetime = timedelta(days=30)
    lost_template = f"{FOLDER}/lost.html"

    @property
    def owner(self) -> str:
        return browser.owner(self.request)

    @cached_property
    def certified(self) -> CertifiedIdentity | None:
        """Who FranceConnect says the person is, when they came that way."""
        return pending_identity(self.request)

    def url(self, name: str) -> str:
        return reverse("accounts:signup-step", args=[self.draft_id, name])

    def may_begin(self, step: Step[Any]) -> bool:
        # A draft of our own that is there by now was made a moment ago, by the same button pressed twice.
        ours = {"owner": self.owner, "expires_at__gt": timezone.now()}
        return step == self.steps[0] and not Draft.objects.filter(pk=self.draft_id).exclude(**ours).exists()

    def interrupt(self) -> HttpResponse | None:
        """On a shared computer, who comes back after half an hour first says the birth name typed."""
        left_alone = self.draft and timezone.now() - self.draft.changed_at > IDLE_LIMIT
        return HttpResponseRedirect(reverse("accounts:signup")) if left_alone else None

    def extra_values(self) -> dict[str, Any]:
        """The page the person came for goes with the draft through all the steps."""
        target = redirects.asked_next(self.request)
        return {"next": target} if target else {}

    @property
    def next_url(self) -> str:
        """The page the person came for; empty when they came for the account itself."""
        return redirects.asked_next(self.request) or self.extra.get("next", "")

    def context(self) -> dict[str, Any]:
        return {"certified": self.certified, "next": self.next_url}

    def future_account(self) -> User:
        """The account as it will be, unsaved: a password must not look like its names or its mail address."""
        values = self.values()
        return User(birth_name=values.get("birth_name", ""), email=values.get("email", ""))
