"""Reasons of the staff's acts: a phrase that they edit in the admin, finished by hand."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core.admin.actions import ReasonForm
from enrolment.models import ReasonPhrase

Act = ReasonPhrase.Act


class PhrasedReasonForm(ReasonForm):
    """A phrase, words of one's own, or both; ``reason`` is what the mail will say."""

    act: ClassVar[Act]
    judged_together = frozenset({"phrase", "reason"})
    field_order = ("phrase", "reason")

    phrase = forms.ModelChoiceField(
        ReasonPhrase.objects.none(), label="Motif", required=False, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrases = self.fields["phrase"]
        assert isinstance(phrases, forms.ModelChoiceField)  # noqa: S101  for the type checker
        phrases.queryset = ReasonPhrase.objects.filter(act=self.act)
        self.fields["reason"].required = False
        self.fields["reason"].label = "Précision, ou un autre motif"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        phrase = str(given.get("phrase") or "")
        given["reason"] = " ".join(filter(None, (phrase, given.get("reason", "").strip())))
        if not given["reason"]:
            self.add_error("reason", ValidationError("Choisissez un motif ou écrivez-le : il figurera dans le mail."))
        return given


def form_of(act: Act) -> type[PhrasedReasonForm]:
    """The form of the reason of *act*."""
    return type(f"{act.name.title().replace('_', '')}ReasonForm", (PhrasedReasonForm,), {"act": act})


REASON_FORMS = {act: form_of(act) for act in Act}
"""One form an act."""
