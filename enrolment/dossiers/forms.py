"""The forms of the dossier's steps."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.contact import phones
from accounts.login.service import check_again
from accounts.models import User
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from enrolment.identity_checks import checks
from enrolment.rights.quote import Quote


class PasswordProofForm(BaseForm):
    """« Il faut vous connecter à nouveau »: the password alone, with the brakes of the login."""

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

    def clean_password(self) -> str:
        """The right password of somebody whose identity has been verified."""
        if not checks.has_verified_identity(self.user):
            raise ValidationError("Faites d'abord vérifier votre identité.", code="not_verified")
        check_again(self.user, self.cleaned_data["password"], self.now)
        return ""


class InformationForm(BaseForm):
    """« Complétez, modifiez ou supprimez les éléments demandés vous concernant », says the guide."""

    birth_name = forms.CharField(label="Nom de naissance", max_length=100)
    usual_name = forms.CharField(label="Nom d'usage", max_length=100, required=False)
    first_names = forms.CharField(label="Prénoms", max_length=150)
    birth_date = FrenchDateField(
        label="Date de naissance", what="votre date de naissance", past=True, birth_date=True, required=False
    )
    email = forms.EmailField(label="Adresse mail personnelle", required=False)
    phone = forms.CharField(
        label="Téléphone", max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.CharField(label="Adresse", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    mandate = forms.CharField(
        label="Mandat", max_length=200, help_text="Par exemple : maire, adjointe, conseiller municipal."
    )
    mandate_place = forms.CharField(label="Commune ou collectivité du mandat", max_length=200)
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
        for name, autocomplete in {
            "birth_name": "family-name",
            "first_names": "given-name",
            "email": "email",
            "phone": "tel",
            "address": "street-address",
        }.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        for name in ("birth_name", "usual_name", "first_names", "mandate_place"):
            self.fields[name].widget.attrs["spellcheck"] = "false"

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


class FundingForm(BaseForm):
    """Going on agrees to the sums as the page shows them; sums that have changed since are shown again."""

    price = forms.DecimalField(widget=forms.HiddenInput)
    rights = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote = quote

    def clean(self) -> dict[str, Any]:
        """What was agreed is what holds now."""
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("price"), cleaned.get("rights")) != (self.quote.price, self.quote.rights):
            raise ValidationError("Le prix ou vos droits ont changé depuis : vérifiez les montants et continuez.")
        return cleaned


class SendingForm(BaseForm):
    """The declaration that goes with « Envoyer ma demande »."""

    declaration = forms.BooleanField(label="Je certifie que les informations de ma demande sont exactes")
    required_messages = {"declaration": "Cochez la case pour certifier que vos informations sont exactes."}


class CancelForm(BaseForm):
    """Giving up a request is asked twice."""

    confirm = forms.BooleanField(label="Je confirme l'annulation de ma demande")
    required_messages = {"confirm": "Cochez la case pour confirmer l'annulation."}
