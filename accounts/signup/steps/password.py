"""The last step: the answers checked, a password chosen, the conditions accepted, the account made."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse

from accounts.login.password_forms import NewPasswordForm
from accounts.login.passwords import RULES
from accounts.signup.finish import AnswersChangedError, finish
from accounts.signup.path import FOLDER, SignupPath
from core.forms.base import BaseForm
from core.journeys.step import Step, fingerprint


class ConsentForm(BaseForm):
    """The consent to the conditions; alone, the last step of a person who came by FranceConnect."""

    terms = forms.BooleanField(
        label="J'ai lu et j'accepte les conditions générales d'utilisation",
        error_messages={"required": "Acceptez les conditions générales d'utilisation pour créer votre compte"},
    )


class PasswordForm(NewPasswordForm, ConsentForm):
    """« Votre mot de passe »."""

    field_order = ("password", "password_again", "terms")


class ConsentStep(Step[SignupPath]):
    """The last step of a person who came by FranceConnect: the answers checked and the conditions accepted."""

    name = "mot-de-passe"
    title = "Vérification"
    form_class: ClassVar[type[forms.Form]] = ConsentForm
    template = f"{FOLDER}/password.html"
    secret = True
    changed = False
    """Whether another tab changed the answers after they were shown to be checked."""

    @property
    def seen(self) -> str:
        """The mark of all the answers: they are what its page shows."""
        return fingerprint(self.journey.answers)

    def context(self) -> dict[str, Any]:
        return {"rows": self.journey.rows(), "rules": RULES, "changed": self.changed, "conflict": False}

    def on_valid(self, form: forms.Form) -> HttpResponse:
        """Make the account of the very answers that were shown; else they are shown once more."""
        if self.journey.request.POST.get("seen", self.seen) != self.seen:
            return self._check_again()
        try:
            return finish(self.journey, form)
        except AnswersChangedError:
            return self._check_again()

    def _check_again(self) -> HttpResponse:
        self.changed = True
        return self.journey.show(self, self.form_to_show(), status=409)


class PasswordStep(ConsentStep):
    """The last step of everybody else."""

    title = "Votre mot de passe"
    form_class = PasswordForm

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.journey.future_account()}
