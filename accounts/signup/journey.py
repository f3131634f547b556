"""Account creation as a guided path: its four steps, whose draft it is, where it leads."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.contact.forms import AddressForm, ContactForm
from accounts.identity.certified import CertifiedIdentity, pending_identity
from accounts.login.browsers import IDLE_LIMIT
from accounts.login.passwords import RULES
from accounts.models import User
from accounts.signup import review
from accounts.signup.forms import CertifiedIdentityForm, ConsentForm, IdentityForm, PasswordForm
from core import redirects
from core.journeys import browser
from core.journeys.journey import Answers, Journey, Step, fingerprint
from core.models import Draft

FOLDER = "accounts/signup"


class StepName(StrEnum):
    """The steps as their addresses name them."""

    IDENTITY = "identite"
    CONTACT = "contact"
    ADDRESS = "adresse"
    PASSWORD = "mot-de-passe"  # noqa: S105  a part of an address


CONTACT = Step(StepName.CONTACT, "Votre contact", ContactForm, f"{FOLDER}/contact.html")
ADDRESS = Step(StepName.ADDRESS, "Votre adresse de domicile", AddressForm, f"{FOLDER}/address.html")
STEPS = (
    Step(StepName.IDENTITY, "Votre identité", IdentityForm, f"{FOLDER}/identity.html"),
    CONTACT,
    ADDRESS,
    Step(StepName.PASSWORD, "Votre mot de passe", PasswordForm, f"{FOLDER}/password.html", secret=True),
)
CERTIFIED_STEPS = (
    Step(StepName.IDENTITY, "Votre identité", CertifiedIdentityForm, f"{FOLDER}/identity.html"),
    CONTACT,
    ADDRESS,
    Step(StepName.PASSWORD, "Vérification", ConsentForm, f"{FOLDER}/password.html", secret=True),
)
"""A person whom FranceConnect has named neither types a name nor needs a password."""


class SignupJourney(Journey):
    """The creation of one account in one browser."""

    kind = "signup"
    lifetime = timedelta(days=30)
    lost_template = f"{FOLDER}/lost.html"
    changed = False

    @property
    def owner(self) -> str:
        return browser.owner(self.request)

    @cached_property
    def certified(self) -> CertifiedIdentity | None:
        """Who FranceConnect says the person is, when they came that way."""
        return pending_identity(self.request)

    def steps_for(self, answers: Answers) -> Sequence[Step]:
        return CERTIFIED_STEPS if self.certified else STEPS

    def url(self, step: Step) -> str:
        return reverse("accounts:signup-step", args=[self.draft_id, step.name])

    def may_begin(self) -> bool:
        # A draft of our own that is there by now was made a moment ago, by the same button pressed twice.
        ours = {"owner": self.owner, "expires_at__gt": timezone.now()}
        return not Draft.objects.filter(pk=self.draft_id).exclude(**ours).exists()

    def gate(self, step: Step) -> HttpResponse | None:
        """On a shared computer, who comes back after half an hour first says the birth name typed."""
        left_alone = self.draft and timezone.now() - (self.draft.expires_at - self.lifetime) > IDLE_LIMIT
        return HttpResponseRedirect(reverse("accounts:signup")) if left_alone else None

    def annotate(self, values: dict[str, Any]) -> None:
        """The page the person came for goes with the draft through all the steps."""
        if target := redirects.asked_next(self.request):
            values["next"] = {"raw": {"url": [target]}}

    @property
    def next_url(self) -> str:
        """The page the person came for; empty when they came for the account itself."""
        stored = self.answers.get("next", {}).get("raw", {}).get("url", [""])[0]
        return redirects.asked_next(self.request) or stored

    def form_kwargs(self, step: Step) -> dict[str, Any]:
        if step.form_class is CertifiedIdentityForm:
            return {"identity": self.certified}
        if step is CONTACT and self.certified:
            return {"initial": {"email": self.certified.email}}
        return {"user": self.future_account()} if step.form_class is PasswordForm else {}

    def context(self, step: Step) -> dict[str, Any]:
        if step.name == StepName.PASSWORD:
            seen = fingerprint(self.answers)
            return {"rows": self.rows(), "rules": RULES, "seen": seen, "changed": self.changed, "conflict": False}
        return {"certified": self.certified, "next": self.next_url}

    @cached_property
    def bound(self) -> Mapping[Step, forms.Form]:
        """The forms of all steps but the last, bound again and judged today."""
        bound = {step: self.bind(step, self.raw(step)) for step in self.steps[:-1]}
        for form in bound.values():
            form.full_clean()
        return bound

    def cleaned(self) -> Mapping[str, Any]:
        """The values of those steps; only those that are right."""
        return {name: value for form in self.bound.values() for name, value in form.cleaned_data.items()}

    def future_account(self) -> User:
        """The account as it will be, unsaved: a password must not look like its names or its mail address."""
        values = self.cleaned()
        return User(birth_name=values.get("birth_name", ""), email=values.get("email", ""))

    def rows(self) -> list[review.Row]:
        """What was answered, to check before the account is made."""
        urls = {str(step.name): f"{self.url(step)}?modifier" for step in self.steps[:-1]}
        return review.rows(self.cleaned(), urls, certified=bool(self.certified))

    def first_wrong(self) -> Step | None:
        """The first step whose values, bound again today, do not stand any more."""
        return next((step for step, form in self.bound.items() if not form.is_valid()), None)

    def page(self, name: str) -> HttpResponse:
        from accounts.signup.finish import already_done  # it draws pages of this journey

        return already_done(self) if "done" in self.answers else super().page(name)

    def passed(self, step: Step, form: forms.Form) -> HttpResponse | None:
        if step.name != StepName.PASSWORD:
            return None
        from accounts.signup.finish import finish  # finish() draws pages of this journey

        checked = self.request.POST.get("seen", fingerprint(self.answers)) == fingerprint(self.answers)
        return finish(self, form) if checked else self.check_again()

    def check_again(self) -> HttpResponse:
        """The last step once more: another tab changed the answers after they were shown to be checked."""
        self.changed = True
        return self._show(self.steps[-1], self.form_to_show(self.steps[-1]), status=409)


def live_drafts(request: HttpRequest) -> list[Draft]:
    """The half-made accounts of this browser, latest first."""
    token = browser.owner(request)
    live = Draft.objects.filter(kind=SignupJourney.kind, owner=token, expires_at__gt=timezone.now())
    return [draft for draft in live.order_by("-expires_at", "pk") if "done" not in draft.values]
