"""« Le financement »: the sums, to be agreed to as the page shows them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms.base import BaseForm
from enrolment.dossiers.path import DossierStep
from enrolment.rights.quote import Quote


class FundingForm(BaseForm):
    """Going on agrees to the sums as the page shows them; sums that have changed since are shown again."""

    price = forms.DecimalField(widget=forms.HiddenInput)
    rights = forms.DecimalField(widget=forms.HiddenInput)
    public = forms.DecimalField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote = quote

    def clean(self) -> dict[str, Any]:
        """What was agreed is what holds now, for the funding that was chosen."""
        cleaned = super().clean() or self.cleaned_data
        seen = (cleaned.get("price"), cleaned.get("rights"), cleaned.get("public") or Decimal(0))
        if seen != self.quote.agreed:
            raise ValidationError("Le prix ou vos droits ont changé depuis : vérifiez les montants et continuez.")
        return cleaned


class FundingStep(DossierStep):
    """The fourth step. What it brings is the agreement itself (``agreed``)."""

    name = "financement"
    title = "Le financement"
    task = "Accepter le financement"
    form_class = FundingForm
    template = "enrolment/steps/funding.html"
    check_template = "enrolment/parts/funding_check.html"

    def form_kwargs(self) -> dict[str, Any]:
        return {"quote": self.journey.quote}

    def context(self) -> dict[str, Any]:
        return {"position": self.journey.position}

    def agreed(self) -> tuple[Decimal, ...]:
        """The price, the DIF's part and the commune's that the person agreed to, in euros; zero before."""
        agreed = self.bound.cleaned_data
        return tuple(agreed.get(name) or Decimal(0) for name in ("price", "rights", "public"))

    def is_complete(self) -> bool:
        """Agreed to the sums that hold now: the page of sending must not show others; a POST is told so in full."""
        answered = super().is_complete()
        return answered and (self.journey.request.method != "GET" or self.agreed() == self.journey.quote.agreed)

    def stands(self) -> bool:
        """Sums that changed are refused by the workflow, in words of their own (``rights_as_agreed``)."""
        return True

    def values(self) -> dict[str, Any]:
        return {}
