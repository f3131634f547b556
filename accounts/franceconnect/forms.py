"""Proving an account once, so that FranceConnect opens it from then on."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity
from accounts.login.forms import LoginForm, login_nir_field
from accounts.login.service import check_password
from accounts.models import User
from core import throttling
from core.forms.base import BaseForm


class LinkForm(BaseForm):
    """NIR and password of the account, throttled like login; ``user`` is its owner once the form is valid."""

    nir = login_nir_field()
    password = LoginForm.base_fields["password"]

    def __init__(self, *args: Any, request: HttpRequest, identity: CertifiedIdentity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.identity = identity
        self.user: User | None = None

    def clean_nir(self) -> nir_rules.Nir:
        """The number, which must be the certified person's: two people may share a computer."""
        nir: nir_rules.Nir = self.cleaned_data["nir"]
        if self.identity.disagreements(nir):
            raise ValidationError(
                "Ce numéro n'est pas celui de la personne que FranceConnect a reconnue : "
                "le sexe ou la date de naissance sont différents. Vérifiez-le",
                code="disagrees",
            )
        return nir

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.user, wait = check_password(self.request, cleaned["nir"], cleaned["password"], timezone.now())
            if self.user is None:
                raise self._not_recognised(wait)
        return cleaned

    @staticmethod
    def _not_recognised(wait: timedelta) -> ValidationError:
        if wait:
            words = throttling.in_words(wait)
            return ValidationError(f"Trop d'essais : attendez {words} avant de recommencer", code="throttled")
        return ValidationError(
            "Le numéro de sécurité sociale et le mot de passe ne vont pas ensemble. Vérifiez-les", code="not_recognised"
        )
