"""The four steps of account creation, field by field, in the guide's words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity
from accounts.identity.fields import DiplomaField, NirField
from accounts.login.password_forms import NewPasswordForm
from core.forms.base import BaseForm
from core.forms.fields import text_field

PARTS_OF_IDENTITY = {"sex": "le sexe", "birth_date": "la date de naissance", "birthplace": "le lieu de naissance"}


class IdentityForm(BaseForm):
    """« Votre identité »."""

    birth_name = text_field(
        "Nom de naissance",
        "Saisissez votre nom de naissance",
        max_length=100,
        help_text="Saisissez uniquement votre nom de naissance, pas votre nom d'usage ou d'épouse.",
        attrs={"autocomplete": "family-name", "spellcheck": "false"},
    )
    nir = NirField(
        key="required",
        help_text="Saisissez les 13 caractères alphanumériques et la clé à 2 chiffres inscrits sur votre carte Vitale.",
    )
    diploma = DiplomaField()
    judged_together = frozenset({"diploma"})

    def clean_birth_name(self) -> str:
        """Any letters, with accents, hyphens and apostrophes; no figure."""
        name = " ".join(str(self.cleaned_data["birth_name"]).split())
        if any(c.isdecimal() for c in name) or not any(c.isalpha() for c in name):
            raise ValidationError("Saisissez votre nom de naissance en lettres, sans chiffre", code="not_a_name")
        return name


class CertifiedIdentityForm(BaseForm):
    """« Votre identité » for a person whom FranceConnect has named: only the number and the diploma are asked."""

    nir = NirField(key="required", help_text=IdentityForm.base_fields["nir"].help_text)
    diploma = DiplomaField()
    judged_together = frozenset({"diploma"})

    def __init__(self, *args: Any, identity: CertifiedIdentity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identity = identity

    def clean_nir(self) -> nir_rules.Nir:
        """The number, unless it is plainly another person's than the one FranceConnect named."""
        nir: nir_rules.Nir = self.cleaned_data["nir"]
        wrong = [PARTS_OF_IDENTITY[part] for part in self.identity.disagreements(nir)]
        if wrong:
            raise ValidationError(
                f"Ce numéro ne correspond pas à l'identité fournie par FranceConnect ({', '.join(wrong)}) : "
                "saisissez le vôtre, pas celui de votre conjoint ou d'un parent",
                code="other_person",
            )
        return nir

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "birth_name": self.identity.birth_name}


class ConsentForm(BaseForm):
    """The consent to the conditions; alone, the last step of a person who came by FranceConnect."""

    terms = forms.BooleanField(
        label="J'ai lu et j'accepte les conditions générales d'utilisation",
        error_messages={"required": "Acceptez les conditions générales d'utilisation pour créer votre compte"},
    )


class PasswordForm(NewPasswordForm, ConsentForm):
    """« Votre mot de passe »."""

    field_order = ("password", "password_again", "terms")


class ResumeForm(BaseForm):
    """Whose half-made account it is, on a computer that several people may share."""

    birth_name = text_field(
        "Nom de naissance",
        "Saisissez le nom de naissance que vous aviez indiqué",
        max_length=100,
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )
