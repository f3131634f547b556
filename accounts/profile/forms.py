"""What a person may change in their account, page by page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.identity.fields import DiplomaField, NameField
from accounts.login.password_forms import AccountForm
from accounts.models import CorrectionRequest, User
from core.forms.base import BaseForm, CleanTextMixin, use_plain_messages


class UsualNameForm(AccountForm):
    """Usual name and diploma; the name is not asked of a person whose identity is certified."""

    judged_together = frozenset({"diploma"})

    usual_name = NameField(
        what="votre nom d'usage",
        label="Nom d'usage",
        required=False,
        max_length=100,
        help_text="Le nom sous lequel on vous connaît, s'il n'est pas votre nom de naissance.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    diploma = DiplomaField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.certified_by:
            del self.fields["usual_name"]


class CloseAccountForm(BaseForm):
    """The decision to close the account."""

    sure = forms.BooleanField(
        label="Je veux fermer mon compte",
        error_messages={"required": "Cochez la case si vous voulez fermer votre compte"},
    )


class CorrectionForm(CleanTextMixin, forms.ModelForm[CorrectionRequest]):
    """« Cette information n'est pas la bonne »: what it should be, for staff to decide."""

    class Meta:
        model = CorrectionRequest
        fields = ("field", "wanted", "explanation")
        labels = {"field": "Information à corriger", "wanted": "Ce qu'il faut lire", "explanation": "Pourquoi"}
        widgets = {"explanation": forms.Textarea(attrs={"rows": 4})}
        error_messages = {
            "field": {"required": "Choisissez l'information à corriger"},
            "wanted": {"required": "Saisissez ce qu'il faut lire"},
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.instance.user = user
        self.use_required_attribute = False
        for field in self.fields.values():
            use_plain_messages(field, str(field.error_messages["required"]))

    def clean_field(self) -> str:
        """One request at a time for one field."""
        field = str(self.cleaned_data["field"])
        if self.instance.user.corrections.filter(field=field, status=CorrectionRequest.Status.PENDING).exists():
            raise ValidationError(
                "Vous avez déjà demandé à corriger cette information : l'ADM79 va vous répondre", code="pending"
            )
        return field
