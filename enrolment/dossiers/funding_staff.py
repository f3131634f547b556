"""What staff say of a dossier's funding: a milestone for the person, an agreement signed by a commune."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from catalogue.sessions.session_status import has_begun
from core.admin.actions import Button
from core.admin.consequences import Consequences
from core.admin.read_only import ReadOnlyInline
from core.forms.base import BaseForm
from core.forms.dates import DayField
from core.french import day, euros
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.locking import lock_dossier
from enrolment.funding import agreements, marks
from enrolment.funding.agreements import is_signed
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
    on = DayField(label="Le", past=marks.DONE_ON)
    file_number = forms.CharField(label="Numéro du dossier", max_length=40, required=False)


class SignedForm(BaseForm):
    """When the commune signed."""

    on = DayField(label="Signé le", past="le jour où l'accord a été signé")


class LeaveForm(BaseForm):
    """Why the commune pays no more."""

    reason = forms.CharField(
        label="Motif",
        help_text="Figurera dans le mail à l'élu et au journal du dossier.",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        error_messages={"required": "Écrivez pourquoi : l'élu le lira"},
    )


FORMS = frozenset({StaffMarkForm, SignedForm, LeaveForm})
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
    if enrolment.is_live and is_signed(enrolment):
        what = "L'accord signé ne vaut plus : il est à signer de nouveau, ou l'élu choisit un autre financement."
        buttons.append(Button("leave-agreement", "Quitter l'accord signé", LeaveForm, what))
    return buttons


def consequences(enrolment: Enrolment, button: Button, form: forms.Form) -> Consequences:
    """What one of these buttons would change besides what it says."""
    if button.form_class is not LeaveForm:
        return Consequences()
    reason = form.cleaned_data.get("reason", "") if form.is_bound else "[votre motif]"
    facts = (
        f"{euros(enrolment.public_agreed)} ne sont plus promis par la collectivité ; la place est gardée.",
        "Dans le dossier, « Faire signer l'accord » redevient à faire ; l'élu peut de nouveau changer de financement.",
        "Les montants convenus ne changent pas tant que l'élu n'en a pas accepté d'autres.",
    )
    begun = has_begun(enrolment.session.start, timezone.localdate())
    warnings = ("La formation a commencé : l'élu ne peut plus changer de financement sur le site.",) if begun else ()
    return Consequences(
        facts, warnings, notifications.mail_as_it_would_leave("agreement_left", enrolment, reason=reason)
    )


def carry_out(enrolment: Enrolment, by: User, name: str, given: dict[str, Any]) -> str:
    """Note it; the sentence for staff. Raises MarkError, AgreementError."""
    now = timezone.now()
    if name == "signed":
        agreements.sign(enrolment, given["on"], by)
        workflow.note(
            enrolment, "agreement", by=by, now=now, reason="Accord signé de la collectivité noté par l'ADM79."
        )
        return "L'accord signé est noté."
    if name == "leave-agreement":
        lock_dossier(enrolment, with_the_line=False)
        words = f"Accord signé le {day(agreements.leave(enrolment), weekday=False)} quitté : {given['reason'].strip()}"
        event = workflow.note(enrolment, "agreement", by=by, now=now, reason=words)
        notifications.agreement_left(enrolment, given["reason"].strip(), event)
        return "L'accord est quitté. L'élu en est averti par mail."
    if enrolment.user is None:
        raise marks.MarkError("Ce compte est clos.")
    if given["undo"]:
        marks.take_back(enrolment.user, given["milestone"], by, now, enrolment=enrolment)
        return "C'est retiré."
    number = given["file_number"]
    marks.say(enrolment.user, given["milestone"], given["on"], by, now, enrolment=enrolment, file_number=number)
    return "L'étape est notée."
