"""« Vous identifier à nouveau »: FranceConnect, or the password of somebody whose identity was verified (the guide)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from accounts.identity import reauthentication
from accounts.login.service import check_again
from accounts.models import User
from core.forms.base import BaseForm
from core.journeys.step import Answers, Step
from enrolment.dossiers.path import DossierStep
from enrolment.identity_checks import standing
from enrolment.models import Proof

FOLDER = "enrolment/steps"


class PasswordProofForm(BaseForm):
    """« Il faut vous connecter à nouveau »: the password alone, throttled like the login."""

    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    required_messages = {"password": "Saisissez votre mot de passe."}

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.now = now

    @property
    def shown(self) -> tuple[str, ...]:  # type: ignore[override]  # asked only when there is a mistake
        """The page of who cannot come in by password yet has no field for it."""
        return ("password",) if standing.has_verified_identity(self.user) else ()

    def clean_password(self) -> str:
        """The right password of somebody whose identity has been verified."""
        if not standing.has_verified_identity(self.user):
            raise ValidationError("Faites d'abord vérifier votre identité.", code="not_verified")
        check_again(self.user, self.cleaned_data["password"], self.now)
        return ""


class IdentificationStep(DossierStep):
    """The first step; holds for thirty minutes."""

    name = "identification"
    title = "Vous identifier à nouveau"
    task = "Vous identifier à nouveau"
    form_class = PasswordProofForm
    template = f"{FOLDER}/identification.html"
    secret = True
    check_template = ""

    @property
    def page_template(self) -> str:
        """The page of the guide's branch, by what the person can prove themselves with."""
        if not self.journey.user.has_usable_password():
            return f"{FOLDER}/identification_franceconnect.html"
        if self.journey.identity_is_verified:
            return self.template
        return f"{FOLDER}/identification_unverified.html"

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.journey.user, "now": self.journey.now}

    def context(self) -> dict[str, Any]:
        following = self.journey.steps[1]
        return {"next_url": following.url}

    def is_complete(self) -> bool:
        return self.journey.proof != Proof.NONE

    @classmethod
    def is_done_in(cls, answers: Answers, *, proved: bool) -> bool:
        return proved

    def on_valid(self, form: forms.Form) -> HttpResponse | None:
        journey = self.journey
        reauthentication.store(journey.request, journey.enrolment.pk, "password", journey.now)
        journey.proof = Proof.PASSWORD
        return None

    def next_step(self) -> Step[Any]:
        """Proved again in the middle of the path, the person goes back to where they were."""
        return next((step for step in self.journey.steps if not step.is_complete()), self.journey.steps[-1])
