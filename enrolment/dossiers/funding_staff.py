"""What staff say of a dossier's funding: a milestone for the person, an agreement signed by a commune."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core.admin.actions import Button, ReadOnlyInline
from core.forms.base import BaseForm
from enrolment.dossiers import workflow
from enrolment.funding import marks
from enrolment.funding.milestones import ENDINGS, TABLE
from enrolment.models import WITH_PUBLIC, Enrolment, FundingAgreement, MilestoneMark

MILESTONES = [
    *((line.milestone.value, line.milestone.label) for line in TABLE),
    *((end.value, end.label) for end in ENDINGS),
]


class MarkInline(ReadOnlyInline):
    """What was said of the milestones, by whom, taken back or not."""

    model = MilestoneMark
    fk_name = "enrolment"
    fields = readonly_fields = ("milestone", "on", "file_number", "by", "by_staff", "at", "undone_at", "undone_by")


class AgreementInline(ReadOnlyInline):
    """The agreement of a commune."""

    model = FundingAgreement
    fields = readonly_fields = (
        "payer",
        "agreed_by",
        "function",
        "email",
        "invoice_to",
        "order_reference",
        "signed_on",
        "signed_noted_by",
    )


class StaffMarkForm(BaseForm):
    """Which milestone ADM79 saw passed (in EDOF, or told by the person), and when."""

    milestone = forms.ChoiceField(label="Étape", choices=MILESTONES)
    undo = forms.BooleanField(label="Retirer ce qui est noté", required=False)
    on = forms.DateField(label="Le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    file_number = forms.CharField(label="Numéro du dossier", max_length=40, required=False)


class SignedForm(BaseForm):
    """When the commune signed."""

    on = forms.DateField(label="Signé le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


FORMS = frozenset({StaffMarkForm, SignedForm})
"""The forms of the buttons that this module carries out."""


def buttons_for(enrolment: Enrolment) -> list[Button]:
    """What staff may say of this dossier's funding now."""
    if enrolment.user is None or not enrolment.sent_at:
        return []
    buttons = []
    if enrolment.uses_dif:
        what = "Noté « vu par l'ADM79 » ; la personne le voit et peut le retirer."
        buttons.append(Button("mcf", "Mon Compte Formation : noter une étape", StaffMarkForm, what))
    if enrolment.funding in WITH_PUBLIC and FundingAgreement.objects.filter(enrolment=enrolment).exists():
        what = "La personne ne pourra plus changer de financement sans l'ADM79."
        buttons.append(Button("signed", "Noter l'accord signé de la collectivité", SignedForm, what))
    return buttons


def carry_out(enrolment: Enrolment, by: User, name: str, given: dict[str, Any]) -> str:
    """Note it; the sentence for staff. Raises MarkError."""
    now = timezone.now()
    if name == "signed":
        FundingAgreement.objects.filter(enrolment=enrolment).update(signed_on=given["on"], signed_noted_by=by)
        workflow.note(enrolment, "agree", by=by, now=now, reason="Accord signé de la collectivité noté par l'ADM79.")
        return "L'accord signé est noté."
    if enrolment.user is None:
        raise marks.MarkError("Ce compte est clos.")
    if given["undo"]:
        marks.take_back(enrolment.user, given["milestone"], by, now, enrolment=enrolment)
        return "C'est retiré."
    number = given["file_number"]
    marks.say(enrolment.user, given["milestone"], given["on"], by, now, enrolment=enrolment, file_number=number)
    return "L'étape est notée."
