"""What staff type of somebody's rights, on the page of the person and in the lists: an amount read, a correction."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from core import french
from core.forms.base import BaseForm
from core.forms.dates import DayField
from enrolment.models import LedgerEntry, RightsReading
from enrolment.rights.readings import READ_ON


def check_correction(user: User, amount: Decimal) -> Decimal:
    """*amount* when it is something, and takes no more than what is there. Raises ValidationError."""
    if not amount:
        raise ValidationError("Saisissez un montant différent de zéro.")
    if (balance := user.rights_balance) + amount < 0:
        raise ValidationError(
            f"Les crédits calculés sont de {french.euros(balance)} : ils ne peuvent pas devenir négatifs."
        )
    return amount


def read_on_field() -> DayField:
    """The day on which an amount was read: gone by, or today."""
    return DayField(
        label="Lu le", past=READ_ON, error_messages={"required": "Indiquez le jour où le montant a été lu."}
    )


# On the page of the person --------------------------------------------------------------------------


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
        """As the rule says."""
        return check_correction(self.user, self.cleaned_data["amount"])


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
    read_on = read_on_field()


# In the lists ---------------------------------------------------------------------------------------


class LedgerCorrectionForm(forms.ModelForm):
    """Up or down, with a reason; never below zero."""

    class Meta:
        model = LedgerEntry
        fields = ("user", "amount", "reason")
        localized_fields = ("amount",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["amount"].help_text = "Négatif pour retirer des droits."

    def clean_amount(self) -> Decimal:
        """As the rule says: the account stays locked until the movement is saved."""
        amount: Decimal = self.cleaned_data["amount"]
        user = self.cleaned_data.get("user")
        return check_correction(User.objects.lock(user), amount) if user else amount


class NewReadingForm(forms.ModelForm):
    """An amount that the person tells ADM79 to have read."""

    read_on = read_on_field()

    class Meta:
        model = RightsReading
        fields = ("user", "amount", "read_on")
        localized_fields = ("amount",)
