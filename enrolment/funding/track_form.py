"""« C'est fait », one button a milestone, and taking it back."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core.forms.base import BaseForm
from core.forms.dates import DayField
from enrolment.funding import marks
from enrolment.models import Enrolment, Milestone

DONE, UNDO = "fait", "retirer"


class MarkForm(BaseForm):
    """Which milestone, done or taken back, on which day; the number that MCF gave the request."""

    shown = frozenset()  # the page has buttons of its own

    milestone = forms.ChoiceField(choices=Milestone)
    act = forms.ChoiceField(choices=((DONE, "C'est fait"), (UNDO, "Ce n'est pas fait")))
    on = DayField(past=marks.DONE_ON, required=False)
    file_number = forms.CharField(label="Numéro du dossier", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Today by default."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["on"] = cleaned.get("on") or timezone.localdate()
        return cleaned

    def carry_out(self, enrolment: Enrolment, by: User, now: datetime) -> str:
        """Note it; the sentence that says so."""
        given = self.cleaned_data
        holder = enrolment.user
        if holder is None:
            return "Ce compte est clos."
        if given["act"] == UNDO:
            marks.take_back(holder, given["milestone"], by, now, enrolment=enrolment)
            return "C'est retiré."
        number = given["file_number"]
        marks.say(holder, given["milestone"], given["on"], by, now, enrolment=enrolment, file_number=number)
        return "C'est noté."
