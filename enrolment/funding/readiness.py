"""« Êtes-vous prêt pour Mon Compte Formation ? »: three questions (the guide's two hypotheses), the amount read."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from enrolment.funding import marks
from enrolment.funding.milestones import Mark
from enrolment.models import OF_PERSON, Milestone
from enrolment.rights import readings

YES, NO = "yes", "no"
ANSWERS = ((YES, "Oui"), (NO, "Non"), ("", "Je ne sais pas"))


class ReadinessForm(BaseForm):
    """Each question may be left; an amount is asked of who has seen their élu account."""

    account = forms.ChoiceField(
        label="Avez-vous un compte sur Mon Compte Formation ?",
        choices=ANSWERS,
        required=False,
        widget=forms.RadioSelect,
        help_text="Celui de votre activité professionnelle est le même : vos droits d'élu doivent y figurer.",
    )
    rights_seen = forms.ChoiceField(
        label="Une fois connecté, voyez-vous votre compte élu, à gauche, avec la cocarde tricolore ?",
        choices=ANSWERS,
        required=False,
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(
        label="Montant affiché, en euros",
        required=False,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text="Par exemple 412,50. Laissez vide si vous n'avez pas regardé.",
    )
    read_on = FrenchDateField(label="Lu le", what="le jour où vous avez lu ce montant", past=True, required=False)
    identity = forms.ChoiceField(
        label="Pouvez-vous vous identifier avec FranceConnect+ ?",
        choices=ANSWERS,
        required=False,
        widget=forms.RadioSelect,
        help_text="FranceConnect+ demande L'Identité Numérique La Poste ou France Identité. Répondez « Oui » aussi si "
        "Mon Compte Formation a déjà vérifié votre identité sur papier.",
    )
    judged_together = frozenset({"account", "rights_seen", "amount", "read_on", "identity"})

    def clean(self) -> dict[str, Any]:
        """An amount has been seen on the élu account."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("amount") is not None and cleaned.get("rights_seen") == NO:
            self.add_error(
                "amount", "Vous dites ne pas voir votre compte élu : effacez le montant, ou répondez « Oui »."
            )
        return cleaned


def known(user: User, today: datetime) -> dict[str, Any]:
    """What was said before, to begin with."""
    said = marks.marks_of(user)
    answers: dict[str, Any] = {each.value: _answer(said.get(each)) for each in OF_PERSON}
    return {**answers, "read_on": timezone.localdate(today)}


@transaction.atomic
def note(user: User, given: dict[str, Any], by: User, now: datetime) -> None:
    """Keep the answers that have changed, and the amount. Raises ValidationError for what cannot be."""
    today = timezone.localdate(now)
    said = marks.marks_of(user)
    amount, read_on = given.get("amount"), given.get("read_on") or today
    if amount is not None:
        given = {**given, Milestone.ACCOUNT.value: YES, Milestone.RIGHTS_SEEN.value: YES}
        try:
            readings.note(user, amount, read_on, by, now, by_staff=by.pk != user.pk)
        except readings.ReadingError as error:
            raise ValidationError(str(error)) from error
    for milestone in OF_PERSON:
        answer = given.get(milestone.value, "")
        if answer == _answer(said.get(milestone)):
            continue
        if answer:
            marks.say(user, milestone, today, by, now, passed=answer == YES)
        else:
            marks.take_back(user, milestone, by, now)


def _answer(mark: Mark | None) -> str:
    return "" if mark is None else YES if mark.passed else NO
