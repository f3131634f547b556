"""« Numéro de sécurité sociale » and « Mot de passe »."""

from django import forms

from accounts.contact.forms import EmailField
from accounts.identity.fields import NirField
from core.forms.base import BaseForm


def login_nir_field() -> NirField:
    """The 13 characters; someone who types the key too is not sent back, it is checked and dropped."""
    return NirField(
        key="optional",
        help_text="Les 13 caractères inscrits sur votre carte Vitale, sans la clé à 2 chiffres.",
    )


class LoginForm(BaseForm):
    """Local login."""

    judged_together = frozenset({"remember"})

    nir = login_nir_field()
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-reveal": ""}),
        error_messages={"required": "Saisissez votre mot de passe"},
    )
    remember = forms.BooleanField(
        label="Rester connecté",
        required=False,
        help_text="Seulement sur votre appareil personnel, jamais sur l'ordinateur de la mairie.",
    )


class ForgottenForm(BaseForm):
    """Whose password is forgotten: the number and the address on file, together."""

    nir = login_nir_field()
    email = EmailField()
