"""What staff type of somebody's rights on the page of the person: an amount read, a correction."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from core import french
from core.forms.base import BaseForm
from core.forms.dates import DayField
from enrolment.rights.readings import READ_ON


class CorrectionForm(BaseForm):
    """Up or down, with a reason; never below zero."""

    amount = forms.DecimalField(
        label="Montant (euros)",
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text="Négatif pour retirer des crédits.",
        error_messages={"required": "Saisissez le montant à ajouter ou à retirer."},
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Écrivez pourquoi : le motif reste au compte de la personne."},
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_amount(self) -> Decimal:
        """Something, that takes no more than what is there."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("Saisissez un montant différent de zéro.")
        if (balance := self.user.rights_balance) + amount < 0:
            raise ValidationError(
                f"Les crédits calculés sont de {french.euros(balance)} : ils ne peuvent pas devenir négatifs."
            )
        return amount


class ReadingForm(BaseForm):
    """An amount that the person reads aloud from Mon Compte Formation."""

    amount = forms.DecimalField(
        label="Montant lu (euros)",
        max_digits=8,
        decimal_places=2,
        min_value=0,
        localize=True,
        error_messages={"required": "Saisissez le montant que la personne lit."},
    )
    read_on = DayField(
        label="Lu le", past=READ_ON, error_messages={"required": "Indiquez le jour où le montant a été lu."}
    )
