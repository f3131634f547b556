"""A training as its dossiers bind it: price and withdrawal show whom they touch first."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from catalogue.admin.trainings import WITHDRAW, TrainingAdmin
from catalogue.models import Training
from catalogue.trainings import rules
from core.admin.actions import Button
from core.admin.consequences import Consequences
from core.forms.base import BaseForm
from core.french import euros
from enrolment.desk import foresight
from enrolment.models import Enrolment


class PriceForm(BaseForm):
    """The new price."""

    price = forms.DecimalField(label="Nouveau prix (euros)", min_value=0, max_digits=8, decimal_places=2, localize=True)

    def __init__(self, data: Any, *, training: Training) -> None:
        super().__init__(data, initial={"price": training.price})
        self.training = training

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        rules.check_hourly_price(price, self.training.duration_hours, timezone.localdate())
        if price == self.training.price:
            raise ValidationError("C'est le prix actuel : saisissez le nouveau.")
        return price


PRICE = Button("price", "Changer le prix", PriceForm, preview=True)


@admin.register(Training)
class TrainingDesk(TrainingAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: Training | None = None) -> tuple[str, ...]:
        """With dossiers, the price is read here and changed by an act."""
        fixed = ("price",) if obj and self.has_dossiers(obj) else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def has_dossiers(self, obj: Training) -> bool:
        """Whether somebody ever opened a dossier for one of its sessions."""
        return Enrolment.objects.filter(session__training=obj).exists()

    def buttons(self, obj: Training) -> list[Button]:
        return [*super().buttons(obj), *([PRICE] if self.has_dossiers(obj) else [])]

    def form_for(self, request: Any, obj: Training, button: Button) -> forms.Form:
        posted = request.POST if request.method == "POST" else None
        return PriceForm(posted, training=obj) if button == PRICE else super().form_for(request, obj, button)

    def consequences(self, request: Any, obj: Training, button: Button, form: Any) -> Consequences | None:
        if button == PRICE:
            return foresight.of_price(obj, form.cleaned_data["price"]) if form.is_bound else None
        if button == WITHDRAW:
            return foresight.of_withdrawing(obj, timezone.localdate())
        return super().consequences(request, obj, button, form)

    def carry_out(self, request: Any, obj: Training, button: Button, form: Any) -> str:
        if button != PRICE:
            return super().carry_out(request, obj, button, form)
        before, obj.price = obj.price, form.cleaned_data["price"]
        obj.save(update_fields=["price", "updated_at"])
        return f"Prix : {euros(obj.price)} au lieu de {euros(before)}."
