"""What staff type for somebody on the telephone: never a number, never a password."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.contact.fields import PhoneField
from accounts.contact.forms import AddressForm, EmailField
from accounts.identity import nir
from accounts.identity.fields import NameField
from accounts.models import User
from accounts.signup.steps import STEPS
from catalogue.models import Session
from catalogue.sessions import in_force
from core import french
from core.forms.base import BaseForm
from core.forms.fields import text_field
from core.text import normalise
from enrolment.assisted.preparing import Request
from enrolment.models import AssistedEnrolment

AskedBy = AssistedEnrolment.AskedBy
NO_NUMBER = "Retirez le numéro de sécurité sociale : la personne le saisit elle-même."


class SessionField(forms.ModelChoiceField):
    """The sessions for which a request may still leave, the next one first."""

    def __init__(self) -> None:
        super().__init__(
            Session.objects.none(),
            label="Formation et session",
            empty_label="Choisissez une session",
            error_messages={"required": "Choisissez la session que la personne demande."},
        )

    def label_from_instance(self, obj: Any) -> str:
        left = french.plural(obj.seats_left, "place") if obj.seats_left else "complète, liste d'attente"
        return f"{french.span(obj.start, obj.end)} : {obj.training.title} ({obj.town}, {left})"


def sessions_open() -> QuerySet[Session]:
    """What may be chosen today."""
    first = in_force.first_open_start(timezone.localdate())
    open_ones = Session.objects.of_published().in_time(first)
    return open_ones.select_related("training", "place__commune").order_by("start", "pk")


class RequestForm(BaseForm):
    """Which session, who asked, and how the person was recognised."""

    session = SessionField()
    asked_by = forms.ChoiceField(
        label="Qui vous le demande ?",
        choices=AskedBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez qui vous le demande."},
    )
    asked_by_name = text_field(
        "Son nom, si ce n'est pas la personne elle-même",
        max_length=150,
        attrs={"autocomplete": "off"},
        help_text="Par exemple : Mme Petit, secrétaire de mairie.",
    )
    recognised = forms.CharField(
        label="Comment l'avez-vous reconnue ?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : rappelée au numéro de la mairie. Cela reste au journal. Jamais le numéro de sécurité "
        "sociale.",
        error_messages={"required": "Écrivez comment vous l'avez reconnue : cela reste au journal."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Session]", self.fields["session"]).queryset = sessions_open()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("asked_by") and cleaned["asked_by"] != AskedBy.SELF and not cleaned.get("asked_by_name"):
            self.add_error("asked_by_name", "Écrivez le nom de qui vous le demande.")
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and name not in {"mobile", "landline"} and nir.is_in(value):
                self.add_error(name, ValidationError(NO_NUMBER, code="number"))
        return cleaned

    @property
    def request(self) -> Request:
        """Why it is prepared; only of a valid form."""
        given = self.cleaned_data
        return Request(given["asked_by"], given["asked_by_name"], given["recognised"])


class PreparedForm(RequestForm, AddressForm):
    """The above, and what the person says of themselves. Only the name is needed: the rest they complete."""

    birth_name = NameField(
        what="le nom de naissance",
        label="Nom de naissance",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Saisissez le nom de naissance de la personne."},
    )
    first_names = NameField(
        what="les prénoms",
        label="Prénom",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Saisissez le prénom de la personne : il figure sur la lettre."},
    )
    mobile = PhoneField(kind="mobile", label="Téléphone mobile", required=False)
    landline = PhoneField(kind="landline", label="Téléphone fixe", required=False)
    email = EmailField(required=False, help_text="Pour envoyer le lien par mail. Sans adresse, imprimez la lettre.")
    nobody = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = (
        "session",
        "asked_by",
        "asked_by_name",
        "recognised",
        "birth_name",
        "first_names",
        "mobile",
        "landline",
        "email",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("postal_code", "city", "city_name", "repetition", "street_type"):
            if name in self.fields:
                self.fields[name].required = False
                for attribute in [each for each in self.fields[name].widget.attrs if each.startswith("data-hx-")]:
                    del self.fields[name].widget.attrs[attribute]  # no htmx in the admin: the list comes with the page
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["autocomplete"] = "off"  # it is not the data of who types

    def clean_postal_code(self) -> str:
        return super().clean_postal_code() if self.cleaned_data["postal_code"] else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("street_name", "locality", "postal_code", "street_number")):
            self.errors.pop("street_name", None)  # an address is typed whole or not at all
        elif not cleaned.get("city"):
            self.add_error(self.town.name, "Choisissez la ville : la lettre doit arriver.")
        return cleaned

    @property
    def typed(self) -> dict[str, str]:
        """What the steps of account creation will show, by field, as it was typed; only of a valid form."""
        wanted = {name for step in STEPS for name in step.form_class.base_fields} | {"first_names", "birth_name"}
        return {name: str(self.data[name]) for name in self.fields if name in wanted and self.data.get(name)}

    @property
    def envelope(self) -> dict[str, str]:
        """The address as the letter prints it; only of a valid form."""
        names = ("street_number", "repetition", "street_type", "street_name", "address_extra", "locality")
        return {name: str(self.cleaned_data.get(name) or "") for name in (*names, "postal_code", "city", "country")}

    @property
    def typed_in_words(self) -> str:
        """« nom de naissance, téléphone mobile », for the journal."""
        address = {"street_name", "locality", "postal_code"} & set(self.typed)
        names = ("birth_name", "first_names", "mobile", "landline", "email")
        words = [str(self.fields[name].label).lower() for name in names if name in self.typed]
        return ", ".join([*words, *(["adresse de domicile"] if address else [])])

    def look_alikes(self) -> list[User]:
        """Accounts that may be this person's already: the same name, and the first name, a telephone or the mail."""
        given = self.cleaned_data
        name, first = normalise(given["birth_name"]).split(), normalise(given["first_names"]).split()
        if not name:
            return []
        people = User.objects.filter(is_staff=False).exclude(found_by="")
        for word in name:
            people = people.filter(found_by__contains=f" {word} ")
        marks = {*first[:1], given["email"].lower()}
        marks |= {given[phone].removeprefix("+33") for phone in ("mobile", "landline")}
        return [one for one in people[:50] if any(mark and mark in one.found_by for mark in marks)][:5]
