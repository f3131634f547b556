"""What staff fill in to decide a check: each item compared, the reason of a refusal, what the Caisse des dépôts saw."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core.forms.base import BaseForm, CleanTextMixin
from enrolment.identity_checks import standing
from enrolment.identity_checks.checks import IDENTITY_FIELDS, Details
from enrolment.models import IdentityCheck
from enrolment.reasons import REASON_FORMS, Act

Phrased = REASON_FORMS[Act.REFUSE_DOCUMENT]


class RefusalForm(Phrased):  # type: ignore[valid-type, misc]  # a class made by a function
    """Why a document does not do; the phrases in one line, for the page must not scroll."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrases = self.fields["phrase"]
        phrases.empty_label = "Choisissez…"
        phrases.widget = forms.Select()
        phrases.widget.choices = phrases.choices
        phrases.label = "Elle ne convient pas : motif"
        self.fields["reason"].widget.attrs["rows"] = 2
        self.fields["reason"].help_text = ""
        self.fields["reason"].max_length = 500


class ApprovalForm(BaseForm):
    """Each item was compared with the document; one that differs is a refusal."""

    agreed = forms.MultipleChoiceField(label="Pareil sur la pièce", required=False)

    def __init__(self, data: Any = None, *, names: Sequence[str]) -> None:
        super().__init__(data)
        field = self.fields["agreed"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  for the type checker
        field.choices = [(name, name) for name in names]
        self.names = names

    def clean_agreed(self) -> list[str]:
        agreed: list[str] = self.cleaned_data["agreed"]
        if set(agreed) != set(self.names):
            raise ValidationError("Comparez et cochez chaque ligne. Si l'une diffère, refusez en disant laquelle.")
        return agreed

    def ticked(self) -> set[str]:
        """What was ticked, right or wrong: it is kept."""
        return set(self["agreed"].value() or ()) if self.is_bound else set()


WITHOUT_ITEMS = (
    "L'identité que la Caisse des dépôts a vérifiée, si vous l'avez sous les yeux. Sans elle la personne peut "
    "s'inscrire, mais son nom, son numéro et son mandat restent déclarés, jusqu'à ce que l'ADM79 voie une pièce."
)


class RecordForm(CleanTextMixin, forms.ModelForm):
    """A check that the Caisse des dépôts made; the items, if known, become the account's certified identity."""

    class Meta:
        model = IdentityCheck
        fields = ("user", *IDENTITY_FIELDS)
        help_texts: ClassVar = {"birth_name": WITHOUT_ITEMS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        required = [name for name in IDENTITY_FIELDS if name != "usual_name"]
        given = [name for name in IDENTITY_FIELDS if cleaned.get(name)]
        if given and not all(cleaned.get(name) for name in required):
            raise ValidationError("Donnez toute l'identité (le nom d'usage est facultatif), ou rien.")
        user = cleaned.get("user")
        if user and (standing.is_settled(user) if given else standing.has_verified_identity(user)):
            self.add_error("user", "L'identité de cette personne est déjà vérifiée.")
        return cleaned

    @property
    def details(self) -> Details | None:
        """The items given, None when there are none."""
        items = {name: self.cleaned_data[name] for name in IDENTITY_FIELDS}
        return Details(document_kind="", **items) if items["birth_name"] else None
