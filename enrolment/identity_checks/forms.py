"""The form of the identity check: seven items and the copies of the document."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.identity.fields import NameField
from accounts.models import User
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from enrolment.identity_checks import documents, sandbox
from enrolment.identity_checks.checks import (
    IDENTITY_FIELDS,
    Details,
    Kind,
    Side,
    Status,
    documents_held,
    needed_sides,
)
from enrolment.identity_checks.standing import latest_check
from enrolment.models import IdentityDocument

ACCEPT = "image/*,application/pdf"
"""What the browser offers to choose: the camera and the gallery of a phone, or a file."""

FRENCH = "Française"
"""Nationality proposed when none is known: that of nearly all officials; staff compare it with the document."""


class DocumentField(forms.FileField):
    """A copy of a document; cleans to ``documents.CleanDocument``. Its name and its declared type are not looked at."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ACCEPT, "data-preview": ""})
        super().__init__(required=False, allow_empty_file=True, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> documents.CleanDocument | None:
        """The document written anew, None when no file was chosen. Raises ValidationError."""
        if not data:
            return None
        if data.size > documents.MAX_BYTES:
            raise ValidationError(documents.MESSAGES["too_large"], code="too_large")
        try:
            return sandbox.clean(data.read(documents.MAX_BYTES + 1))
        except documents.DocumentError as error:
            raise ValidationError(str(error), code=error.code) from error


class IdentityForm(BaseForm):
    """What the guide asks to be sent; *held* are the sides already received of the kind of document posted.

    *only*: the fields of one step; without it, all.
    """

    required_messages = {
        "document_kind": "Choisissez la pièce que vous envoyez.",
        "birth_name": "Saisissez votre nom de naissance.",
        "first_names": "Saisissez vos prénoms, dans l'ordre de la pièce.",
        "birth_place": "Saisissez votre lieu de naissance.",
        "nationality": "Saisissez votre nationalité.",
    }
    judged_together = frozenset(Side.values)

    document_kind = forms.ChoiceField(label="Pièce envoyée", choices=Kind.choices, widget=forms.RadioSelect)
    front = DocumentField(
        label="Recto de la carte, ou page du passeport avec la photo",
        help_text="Une photo, une image ou un PDF, 10 Mo au plus. Tout doit être lisible et entier.",
    )
    back = DocumentField(
        label="Verso de la carte",
        help_text="Pour une carte d'identité seulement. Inutile si le premier fichier est un PDF des deux faces.",
    )
    birth_name = NameField(
        what="votre nom de naissance",
        label="Nom de naissance",
        max_length=100,
        help_text="Pas votre nom d'usage ou d'épouse.",
    )
    usual_name = NameField(
        what="votre nom d'usage",
        label="Nom d'usage ou marital",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    first_names = NameField(
        what="vos prénoms",
        label="Prénom(s)",
        max_length=150,
        help_text="Tous vos prénoms, dans l'ordre de la pièce.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    birth_date = FrenchDateField(
        label="Date de naissance",
        what="votre date de naissance",
        past=True,
        birth_date=True,
        help_text="Par exemple 14 3 1958.",
    )
    birth_place = forms.CharField(
        label="Lieu de naissance", max_length=150, help_text="La commune, et le pays si vous êtes né à l'étranger."
    )
    nationality = forms.CharField(label="Nationalité", max_length=60)

    def __init__(
        self,
        *args: Any,
        held: Mapping[str, IdentityDocument] | None = None,
        only: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hold(held or {})
        for name in ("birth_place", "nationality"):
            self.fields[name].widget.attrs["spellcheck"] = "false"
        for name in [name for name in self.fields if only and name not in only]:
            del self.fields[name]

    def hold(self, held: Mapping[str, IdentityDocument]) -> None:
        """Say which sides were received: they need not be sent again."""
        self.held = held
        for side, document in held.items():
            if side not in self.fields:  # of another step
                continue
            received = date_format(localtime(document.received_at), "l j F à G\u00a0\\h\u00a0i")
            self[side].help_text = f"Bien reçu {received}. Choisissez un fichier seulement pour le remplacer."

    def clean(self) -> dict[str, Any]:
        """Both sides of a card, one page of a passport: sent now or received before."""
        cleaned = super().clean() or self.cleaned_data
        front = cleaned.get(Side.FRONT)
        pages = front or self.held.get(Side.FRONT)
        for side in needed_sides(cleaned.get("document_kind", ""), pages.pages if pages else 1):
            missing = not cleaned.get(side) and side not in self.held
            if missing and side in self.fields and side not in self.errors:
                self.add_error(side, ValidationError(self._missing(side), code="required"))
        return cleaned

    def _missing(self, side: str) -> str:
        if side == Side.BACK:
            return "Choisissez une photo du verso de votre carte."
        if self.cleaned_data.get("document_kind") == Kind.PASSPORT:
            return "Choisissez une photo de la page de votre passeport."
        return "Choisissez une photo du recto de votre carte."

    @property
    def kind(self) -> str:
        """The kind of document chosen, empty when none was."""
        return str(self.cleaned_data.get("document_kind", ""))

    @property
    def files_taken(self) -> dict[str, documents.CleanDocument]:
        """The good copies of this post, by side, those of the kind of document chosen."""
        return {side: self.cleaned_data[side] for side in Side.values if self.cleaned_data.get(side)}

    @property
    def typed(self) -> dict[str, Any]:
        """The items that are right, valid form or not."""
        return {name: self.cleaned_data[name] for name in IDENTITY_FIELDS if name in self.cleaned_data}

    @property
    def details(self) -> Details:
        """The seven items of a valid form."""
        return Details(document_kind=self.kind, **self.typed)


def form_for(user: User) -> IdentityForm:
    """The form as first shown: what was prepared, else what was sent, else what the account knows."""
    draft = user.identity_checks.filter(status=Status.DRAFT).first()
    ended = {Status.WITHDRAWN, Status.EXPIRED}  # of which nothing was kept
    checks = [check for check in (draft, latest_check(user)) if check is not None and check.status not in ended]
    initial = {
        name: next((value for source in (*checks, user) if (value := getattr(source, name))), "")
        for name in IDENTITY_FIELDS
    }
    initial["usual_name"] = checks[0].usual_name if checks else user.usual_name  # it may be emptied on purpose
    initial["nationality"] = initial["nationality"] or FRENCH
    initial["document_kind"] = next((check.document_kind for check in checks if check.document_kind), Kind.CARD)
    return IdentityForm(initial=initial, held=documents_held(user, initial["document_kind"]))


def posted_form(
    user: User, data: QueryDict, files: MultiValueDict[str, Any], only: Collection[str] = ()
) -> IdentityForm:
    """The form as submitted, or the fields *only* of one of its steps."""
    return IdentityForm(data, files, held=documents_held(user, _kind_posted(data)), only=only)


def _kind_posted(data: QueryDict) -> str:
    """The kind of document posted, empty when it is none: what was posted asks nothing of the database unjudged."""
    kind = data.get("document_kind", "")
    return kind if kind in Kind.values else ""
