"""The fields of a person's account, in the guide's words; account creation and the profile both use them."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.urls import reverse_lazy

from accounts.contact import addresses, email_hints
from accounts.contact.fields import PhoneField
from accounts.models import Commune
from accounts.places.communes import communes_for, find, read_postal_code
from core.forms.base import BaseForm
from core.forms.fields import choices, text_field, with_value
from core.text import line, normalise


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
    "data-hx-get": reverse_lazy("accounts:city-field"),
    "data-hx-trigger": "input changed delay:200ms",
    "data-hx-target": "#city-field",
    "data-hx-include": "[name=country], [name=postal_code]",
    "data-hx-push-url": "false",
    "data-hx-sync": "this:replace",
}
"""With JavaScript the list of communes comes as soon as the postal code is typed.

Not on ``change`` too: it comes when one leaves the field for the list, and would undo the choice made there.
"""


LISTED = re.compile(r"(?:\d{2}|2[AB])\d{3}(?: |$)")
"""What an option of the list of communes begins with: a COG code, which is no town's name."""


class AddressForm(BaseForm):
    """The guide's « Votre adresse de domicile ».

    « Ville » is a list once the postal code is known (``city``, by COG code). Abroad, or with a postal code that the
    official list does not have, it is typed (``city_name``): each keeps its own value, whatever the other becomes.
    Cleans to the account's own fields, ``commune`` included.
    """

    judged_together = frozenset({"country", "street_name", "locality"})

    postal_code = text_field(
        "Code postal",
        "Saisissez votre code postal",
        max_length=20,
        attrs={"autocomplete": "postal-code", "class": "input--8", "inputmode": "numeric", **FILLS_THE_LIST},
    )
    city = forms.ChoiceField(
        label="Ville",
        widget=forms.Select(attrs={"autocomplete": "address-level2"}),
        error_messages={
            "required": "Choisissez votre ville dans la liste",
            "invalid_choice": "Choisissez votre ville dans la liste",
        },
    )
    city_name = forms.CharField(
        label="Ville", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    street_number = text_field("Numéro de voie", max_length=10, attrs={"inputmode": "numeric", "class": "input--4"})
    street_type = forms.ChoiceField(
        label="Type de voie", required=False, choices=choices(addresses.STREET_TYPES, "Sans type de voie")
    )
    street_name = text_field(
        "Nom de la voie",
        max_length=150,
        attrs={"autocomplete": "address-line1"},
        help_text="Sans le type de voie. Dans un lieu-dit sans rue, laissez vide.",
    )
    locality = text_field("Lieu-dit", max_length=150, attrs={"autocomplete": "address-line3"})
    repetition = forms.ChoiceField(
        label="Indice de répétition", required=False, choices=choices(addresses.REPETITIONS, "Aucun")
    )
    address_extra = text_field(
        "Complément d'adresse",
        max_length=150,
        attrs={"autocomplete": "address-line2"},
        help_text="Bâtiment, étage, appartement, chez…",
    )
    country = forms.CharField(
        label="Pays",
        required=False,
        max_length=60,
        initial=addresses.FRANCE,
        widget=forms.TextInput(attrs={"autocomplete": "country-name", "class": "input--15", **FILLS_THE_LIST}),
        help_text="Outre-mer compris dans « France ».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.communes = self._communes()
        code_is_unknown = bool(self._typed("postal_code")) and not self.communes
        if self.abroad or code_is_unknown:
            self._ask_for_a_name()
        else:
            self._offer_a_list()

    @property
    def abroad(self) -> bool:
        """Whether the address, as typed, is outside France."""
        return not addresses.is_france(self._typed("country"))

    @property
    def is_particular(self) -> bool:
        """Whether something is told, or wrong, that few addresses have: it must be in sight."""
        told = any(self._typed(name) for name in ("repetition", "address_extra"))
        return told or self.abroad or any(name in self.errors for name in ("repetition", "address_extra", "country"))

    @property
    def town(self) -> forms.BoundField:
        """« Ville »: the list (``city``) or the line to type in (``city_name``), whichever is asked."""
        return self["city" if "city" in self.fields else "city_name"]

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return line(str(self.data.get(self.add_prefix(name)) or ""))
        return line(str(self.get_initial_for_field(self.fields[name], name) or ""))

    def _communes(self) -> list[Commune]:
        return [] if self.abroad else communes_for(self._typed("postal_code"))

    def _ask_for_a_name(self) -> None:
        """Abroad, or for a postal code that the list has not: a CEDEX, a new one. A code of the list is no name."""
        if not self.abroad:
            self.fields["city_name"].error_messages["required"] = (
                "Aucune commune n'a ce code postal : vérifiez-le, ou saisissez votre ville"
            )
        else:
            self.fields["city_name"].error_messages["required"] = "Saisissez votre ville"
        named = self._typed("city_name") or self._typed("city")
        self._set("city_name", "" if LISTED.match(named) else named)
        del self.fields["city"]

    def _offer_a_list(self) -> None:
        """The communes of the postal code, and those that they took in; the only one is chosen by itself."""
        options = {commune.pk: commune.name for commune in self.communes}
        for commune in self.communes:
            options |= {f"{commune.pk} {row.name}": f"{row.name} ({commune.name})" for row in commune.former.all()}
        chosen = self._typed("city") or self._typed("city_name")
        if chosen not in options:
            by_name = {normalise(label): value for value, label in reversed(options.items())}
            by_name |= {normalise(value[6:]): value for value in options if value[6:]}
            only = self.communes[0].pk if len(self.communes) == 1 else ""
            self._set("city", by_name.get(normalise(chosen)) or only or self._typed("city"))
        empty = "Choisissez votre ville" if options else "Indiquez d'abord le code postal"
        listed = sorted(options.items(), key=lambda option: normalise(option[1]))
        field = cast("forms.ChoiceField", self.fields["city"])
        field.choices = [*([("", empty)] if len(self.communes) != 1 else []), *listed]
        del self.fields["city_name"]

    def _set(self, name: str, value: str) -> None:
        if self.is_bound:
            self.data = with_value(self.data, self.add_prefix(name), value)
        else:
            self.initial = {**(self.initial or {}), name: value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("street_name") or cleaned.get("locality")):
            self.add_error(
                "street_name", ValidationError("Saisissez le nom de la voie, ou plus bas le lieu-dit", code="no_street")
            )
        if "city_name" in self.fields:
            cleaned["city"] = cleaned.pop("city_name", "")
            cleaned["commune"] = self._commune_named(cleaned["city"], cleaned.get("postal_code", ""))
        else:
            code, _, former = cleaned.get("city", "").partition(" ")
            cleaned["commune"] = next((commune for commune in self.communes if commune.pk == code), None)
            if cleaned["commune"]:
                cleaned["city"] = cleaned["commune"].name
                cleaned["locality"] = cleaned.get("locality") or former  # as the post asks: the old name above the new
        cleaned["country"] = addresses.FRANCE if not self.abroad else cleaned.get("country", "")
        return cleaned

    def _commune_named(self, name: str, postal_code: str) -> Commune | None:
        """The commune of a town typed beside a code that the list has not (« Niort Cedex »), when it is plain which."""
        key = re.sub(r" cedex( \d+)?$", "", normalise(name))
        if self.abroad or not key or len(postal_code) != 5:
            return None
        same = [commune for commune in find(key, department=postal_code[:2]) if commune.name_key == key]
        return same[0] if len(same) == 1 and postal_code.startswith(same[0].department[:2]) else None

    def clean_postal_code(self) -> str:
        """Five figures in France, however they are written; as typed elsewhere."""
        typed = str(self.cleaned_data["postal_code"])
        if self.abroad:
            return typed
        code = read_postal_code(typed)
        if not code:
            raise ValidationError("Saisissez les 5 chiffres de votre code postal", code="bad_postal_code")
        return code


class EmailChangeForm(SuggestsDomain):
    """A mail address to confirm."""

    email = EmailField()
