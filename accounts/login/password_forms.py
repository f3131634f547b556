"""A password chosen by its owner, typed twice."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from core.forms.base import BaseForm


class AccountForm(BaseForm):
    """A form judged for the account *user*, unsaved or not."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class NewPasswordForm(AccountForm):
    """A password chosen, typed twice; judged for the account *user* (similarity to names and mail address)."""

    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-reveal": ""}),
        error_messages={"required": "Choisissez un mot de passe"},
    )
    password_again = forms.CharField(
        label="Confirmez votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-reveal": ""}),
        error_messages={"required": "Saisissez une seconde fois le mot de passe"},
    )

    def clean_password(self) -> str:
        """A password by the guide's rules, neither common nor like the person's name or address."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("password_again", cleaned["password"]) != cleaned["password"]:
            self.add_error(
                "password_again",
                ValidationError("Les deux mots de passe sont différents : saisissez deux fois le même", code="differ"),
            )
        return cleaned
