"""« Votre identité »: name, number, diploma."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity
from accounts.identity.fields import DiplomaField, NameField, NirField
from accounts.models import Diploma
from accounts.signup.path import FOLDER, SignupPath
from core.forms.base import BaseForm
from core.journeys.step import Row, Step

PARTS_OF_IDENTITY = {"sex": "le sexe", "birth_date": "la date de naissance"}


def birth_name_field() -> NameField:
    """« Nom de naissance », any letters, with accents, hyphens and apostrophes; no figure, no second name."""
    return NameField(
        what="votre nom de naissance",
        label="Nom de naissance",
        max_length=100,
        help_text="Saisissez uniquement votre nom de naissance, pas votre nom d'usage ou d'épouse.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),  # browsers know the usual name
        error_messages={"required": "Saisissez votre nom de naissance"},
    )


class IdentityForm(BaseForm):
    """« Votre identité »."""

    birth_name = birth_name_field()
    nir = NirField(
        key="required",
        help_text="Saisissez les 13 caractères alphanumériques et la clé à 2 chiffres inscrits sur votre carte Vitale.",
    )
    diploma = DiplomaField()
    judged_together = frozenset({"diploma"})


class CertifiedIdentityForm(BaseForm):
    """« Votre identité » for a person whom FranceConnect has named: the number, the diploma, a name it did not tell.

    Some people have no first name in their civil status, or no birth name: only what is missing is asked.
    """

    birth_name = birth_name_field()
    first_names = NameField(
        what="vos prénoms",
        label="Prénoms",
        max_length=150,
        required=False,
        help_text="Laissez vide si votre état civil n'en porte pas.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    nir = NirField(key="required", help_text=IdentityForm.base_fields["nir"].help_text)
    diploma = DiplomaField()
    judged_together = frozenset({"diploma"})

    def __init__(self, *args: Any, identity: CertifiedIdentity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identity = identity
        for name in ("birth_name", "first_names"):
            if getattr(identity, name):
                del self.fields[name]

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
        cleaned = super().clean() or {}
        told = {name: known for name in ("birth_name", "first_names") if (known := getattr(self.identity, name))}
        return {**cleaned, **told}


class IdentityStep(Step[SignupPath]):
    """The first step, for who types a name."""

    name = "identite"
    title = "Votre identité"
    form_class: ClassVar[type[forms.Form]] = IdentityForm
    template = f"{FOLDER}/identity.html"
    name_can_change = True

    def rows(self) -> list[Row]:
        """The number shows its last figures only: someone may look on."""
        values = self.values()
        nir: nir_rules.Nir | None = values.get("nir")
        return [
            self.row("Nom de naissance", values.get("birth_name", ""), changeable=self.name_can_change),
            self.row("Numéro de sécurité sociale", f"se termine par {nir.digits13[-3:]} {nir.key}" if nir else ""),
            self.row("Diplôme le plus élevé", str(Diploma(values.get("diploma", "")).label)),
        ]


class CertifiedIdentityStep(IdentityStep):
    """The first step, for a person whom FranceConnect has named."""

    form_class = CertifiedIdentityForm
    name_can_change = False

    def form_kwargs(self) -> dict[str, Any]:
        return {"identity": self.journey.certified}
