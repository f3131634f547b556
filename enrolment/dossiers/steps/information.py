"""« Complétez, modifiez ou supprimez les éléments demandés vous concernant », says the guide."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from accounts.contact import addresses, phones
from accounts.mandates.declarations import declared_last
from accounts.models import Mandate
from core import french
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from core.journeys.step import Row
from enrolment.dossiers.path import DossierStep


def _name(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})


class InformationForm(BaseForm):
    """« Complétez, modifiez ou supprimez les éléments demandés vous concernant », says the guide."""

    birth_name = forms.CharField(label="Nom de naissance", max_length=100, widget=_name("off"))
    usual_name = forms.CharField(label="Nom d'usage", max_length=100, required=False, widget=_name("family-name"))
    first_names = forms.CharField(label="Prénoms", max_length=150, widget=_name("given-name"))
    birth_date = FrenchDateField(
        label="Date de naissance", what="votre date de naissance", past=True, birth_date=True, required=False
    )
    email = forms.EmailField(
        label="Adresse mail personnelle", required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label="Téléphone",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    address = forms.CharField(
        label="Adresse",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    mandate = forms.CharField(
        label="Mandat", max_length=200, help_text="Par exemple : maire, adjointe, conseiller municipal."
    )
    mandate_place = forms.CharField(label="Commune ou collectivité du mandat", max_length=200, widget=_name("off"))
    needs = forms.CharField(
        label="Besoins particuliers",
        max_length=1000,
        required=False,
        help_text="Accessibilité, repas : ce que nous devons savoir pour bien vous accueillir.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    judged_together = frozenset({"email", "phone"})
    required_messages = {
        "birth_name": "Saisissez votre nom de naissance.",
        "first_names": "Saisissez vos prénoms.",
        "mandate": "Saisissez votre mandat.",
        "mandate_place": "Saisissez la commune ou la collectivité de votre mandat.",
    }

    def __init__(self, *args: Any, certified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_name"].disabled = certified

    @property
    def asked(self) -> list[BoundField]:
        """What has to be answered here: what is missing or wrong, and what concerns this request alone."""
        return [field for field in self if self._is_asked(field)]

    @property
    def known(self) -> list[BoundField]:
        """What the account or an earlier answer tells, or may stay empty: shown as a summary, changed on demand."""
        return [field for field in self if not self._is_asked(field)]

    @property
    def known_rows(self) -> list[tuple[str, list[str]]]:
        """What is known, as it is read: label and lines. Of what is posted back beside an error, too."""
        known = self.known
        posted = self.cleaned_data if self.is_bound else {}
        values = [(field, posted.get(field.name, field.value())) for field in known]
        return [(str(field.label), in_words(value)) for field, value in values if value]

    def _is_asked(self, field: BoundField) -> bool:
        missing = field.field.required and not self.initial.get(field.name)
        unreachable = field.name == "email" and not (self.initial.get("email") or self.initial.get("phone"))
        return bool(field.errors) or field.name == "needs" or missing or unreachable

    def clean_phone(self) -> str:
        """Mobile or landline, as people write it."""
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        try:
            return phones.shown(phones.parse(typed, "mobile"))
        except phones.PhoneError as error:
            if error.code != "is_landline":
                raise ValidationError(str(error), code=error.code) from error
        return phones.shown(phones.parse(typed, "landline"))

    def clean(self) -> dict[str, Any]:
        """One way at least to reach the person: the answer depends on it."""
        cleaned = super().clean() or self.cleaned_data
        unreachable = not cleaned.get("email") and not cleaned.get("phone")
        if unreachable and not self.errors.keys() & {"email", "phone"}:
            self.add_error("email", "Gardez une adresse mail ou un téléphone : nous devons pouvoir vous répondre.")
        return cleaned


class InformationStep(DossierStep):
    """The second step: it begins with what the account knows, and changes nothing there."""

    name = "informations"
    title = "Vos informations"
    task = "Vérifier vos informations"
    form_class = InformationForm
    template = "enrolment/steps/information.html"

    def form_kwargs(self) -> dict[str, Any]:
        return {"certified": bool(self.journey.user.certified_by), "initial": self.known()}

    def context(self) -> dict[str, Any]:
        """Whether somebody came to change an answer: the folded ones are in sight then."""
        return {"changes": "modifier" in self.journey.request.GET}

    def known(self) -> dict[str, Any]:
        """What the account already knows: the person completes, changes or deletes it."""
        user = self.journey.user
        in_office = user.mandates.in_office(timezone.localdate(self.journey.now))
        mandate = in_office.select_related("commune").first()
        declared = None if mandate else declared_last(user)
        return {
            "birth_name": user.birth_name,
            "usual_name": user.usual_name,
            "first_names": user.first_names,
            "birth_date": user.birth_date,
            "email": user.email,
            "phone": phones.shown(user.mobile or user.landline),
            "address": "\n".join(addresses.lines(user)),
            "mandate": mandate.function if mandate else declared.function if declared else "",
            "mandate_place": _place(mandate) if mandate else declared.place if declared else "",
        }

    def rows(self) -> list[Row]:
        """What will be sent, in words; a certified name is not changed here."""
        cleaned = self.bound.cleaned_data
        return [
            self.row(str(field.label), *in_words(cleaned.get(name)), changeable=not field.disabled)
            for name, field in self.bound.fields.items()
        ]


def _place(mandate: Mandate) -> str:
    return mandate.place_name or str(mandate.commune or "")


def in_words(value: Any) -> list[str]:
    """The lines of an answer on the check page."""
    if isinstance(value, date):
        return [french.day(value, weekday=False)]
    return str(value).splitlines() if value else ["Non renseigné"]
