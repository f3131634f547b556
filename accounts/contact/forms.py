"""The fields of a person's account, in the guide's words; account creation and the profile both use them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.urls import reverse_lazy

from accounts.contact import addresses, email_hints
from accounts.contact.fields import PhoneField
from accounts.models import Commune
from accounts.places.communes import communes_for
from core.forms.base import BaseForm
from core.forms.fields import choices, text_field, with_value


class EmailField(forms.EmailField):
    """« Adresse mail personnelle », on a true domain: no mail ever reaches ``jean@localhost`` from here."""

    default_validators = [EmailValidator(allowlist=[])]

    def to_python(self, value: Any) -> str:
        return email_hints.tidy(str(super().to_python(value)))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Adresse mail personnelle",
            widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
            error_messages={
                "required": "Saisissez votre adresse mail",
                "invalid": "Saisissez une adresse mail complète, par exemple nom@exemple.fr",
            },
            **kwargs,
        )


class SuggestsDomain(BaseForm):
    """A form with ``email`` that asks once about a domain that looks like a slip, then takes it as it is."""

    email_checked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """The address; refused once with a suggestion, accepted when posted again unchanged."""
        email = str(self.cleaned_data["email"])
        meant = email_hints.suggestion(email)
        if meant and self.data.get(self.add_prefix("email_checked")) != email:
            self.data = with_value(self.data, self.add_prefix("email_checked"), email)
            raise ValidationError(
                f"Vouliez-vous écrire {meant} ? Corrigez l'adresse, ou continuez si elle est bonne telle quelle",
                code="suggestion",
            )
        return email


class PhonesForm(BaseForm):
    """« Téléphone mobile » or « Téléphone fixe »: one of the two at least."""

    judged_together = frozenset({"mobile", "landline"})

    mobile = PhoneField(kind="mobile", label="Téléphone mobile", required=False)
    landline = PhoneField(kind="landline", label="Téléphone fixe", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (self.errors.keys() & {"mobile", "landline"} or cleaned.get("mobile") or cleaned.get("landline")):
            self.add_error(
                "mobile", ValidationError("Saisissez un numéro de téléphone, mobile ou fixe", code="no_phone")
            )
        return cleaned


class ContactForm(PhonesForm, SuggestsDomain):
    """The guide's « Votre contact »."""

    email = EmailField(help_text="Une adresse que vous relevez : vous y recevrez les réponses de l'ADM79.")
    field_order = ("mobile", "landline", "email")


FILLS_THE_LIST = {
    "hx-get": reverse_lazy("accounts:city-field"),
    "hx-trigger": "input changed delay:200ms",
    "hx-target": "#city-field",
    "hx-include": "[name=country], [name=postal_code]",
    "hx-push-url": "false",
    "hx-sync": "this:replace",
}
"""With JavaScript the list of communes comes as soon as the postal code is typed.

Not on ``change`` too: it comes when one leaves the field for the list, and would undo the choice made there.
"""


class AddressForm(BaseForm):
    """The guide's « Votre adresse de domicile ».

    « Ville » is a list once the postal code is known. Abroad, or with a postal code that the official list does
    not have (yet), it is typed. Cleans to the account's own fields, ``commune`` included.
    """

    judged_together = frozenset({"country", "street_name", "locality"})

    street_number = text_field("Numéro de voie", max_length=10, attrs={"inputmode": "numeric", "class": "input--4"})
    repetition = forms.ChoiceField(
        label="Indice de répétition", required=False, choices=choices(addresses.REPETITIONS, "Aucun")
    )
    street_type = forms.ChoiceField(
        label="Type de voie", required=False, choices=choices(addresses.STREET_TYPES, "Sans type de voie")
    )
    street_name = text_field(
        "Nom de la voie",
        max_length=150,
        attrs={"autocomplete": "address-line1"},
        help_text="Sans le type de voie. Dans un lieu-dit sans rue, laissez vide.",
    )
    address_extra = text_field(
        "Complément d'adresse",
        max_length=150,
        attrs={"autocomplete": "address-line2"},
        help_text="Bâtiment, étage, appartement, chez…",
    )
    locality = text_field("Lieu-dit", max_length=150, attrs={"autocomplete": "address-line3"})
    country = forms.CharField(
        label="Pays",
        required=False,
        max_length=60,
        initial=addresses.FRANCE,
        widget=forms.TextInput(attrs={"autocomplete": "country-name", "class": "input--15", **FILLS_THE_LIST}),
        help_text="Outre-mer compris dans «\xa0France\xa0».",
    )
    postal_code = text_field(
        "Code postal",
        "Saisissez votre code postal",
        max_length=20,
        attrs={"autocomplete": "postal-code", "class": "input--8", "inputmode": "numeric", **FILLS_THE_LIST},
    )
    city = forms.CharField(label="Ville", max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.communes = self._communes()
        self._shape_city()

    @property
    def abroad(self) -> bool:
        """Whether the address, as typed, is outside France."""
        return not addresses.is_france(self._typed("country") or "")

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name)) or "").strip()
        return str(self.get_initial_for_field(self.fields[name], name) or "").strip()

    def _communes(self) -> list[Commune]:
        return [] if self.abroad else communes_for(self._typed("postal_code"))

    def _shape_city(self) -> None:
        """A list when the postal code is known or still missing, else a line to type in."""
        code_is_unknown = bool(self._typed("postal_code")) and not self.communes
        if self.abroad or code_is_unknown:
            self.fields["city"].widget = forms.TextInput(attrs={"autocomplete": "address-level2"})
            self.fields["city"].error_messages["required"] = (
                "Saisissez votre ville"
                if self.abroad
                else "Aucune commune n'a ce code postal : vérifiez-le, ou saisissez votre ville"
            )
            return
        listed = [(commune.pk, commune.name) for commune in self.communes]
        if len(listed) == 1:
            self._choose_only(listed[0][0])
        empty = "Choisissez votre ville" if listed else "Indiquez d'abord le code postal"
        self.fields["city"] = forms.ChoiceField(
            label="Ville",
            choices=[*([("", empty)] if len(listed) != 1 else []), *listed],
            error_messages={
                "required": "Choisissez votre ville dans la liste",
                "invalid_choice": "Choisissez votre ville dans la liste",
            },
        )

    def _choose_only(self, code: str) -> None:
        """The only commune of a postal code is chosen by itself."""
        if self.is_bound:
            self.data = with_value(self.data, self.add_prefix("city"), code)
        else:
            self.initial = {**(self.initial or {}), "city": code}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("street_name") or cleaned.get("locality")):
            self.add_error(
                "street_name", ValidationError("Saisissez le nom de la voie, ou plus bas le lieu-dit", code="no_street")
            )
        cleaned["commune"] = next((c for c in self.communes if c.pk == cleaned.get("city")), None)
        if cleaned["commune"]:
            cleaned["city"] = cleaned["commune"].name
        cleaned["country"] = cleaned.get("country") or addresses.FRANCE
        return cleaned

    def clean_postal_code(self) -> str:
        """Without spaces in France; as typed elsewhere."""
        code = str(self.cleaned_data["postal_code"])
        if self.abroad:
            return code
        code = "".join(code.split())
        if not (len(code) == 5 and code.isascii() and code.isdecimal()):
            raise ValidationError("Saisissez les 5 chiffres de votre code postal", code="bad_postal_code")
        return code


class EmailChangeForm(SuggestsDomain):
    """A mail address to confirm."""

    email = EmailField()
