"""The ledger of rights in the admin: read, and corrected by a new movement that says why."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.login.staff_proof import AsksProof
from accounts.models import User
from accounts.requests import AuthenticatedRequest
from core.admin.exports import ExportsAdmin, Table
from enrolment import exports
from enrolment.models import LedgerEntry, RightsReading
from enrolment.rights import ledger, readings


class CorrectionForm(forms.ModelForm):
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
        """Something, and no less than the balance allows: the account stays locked until the movement is saved."""
        amount: Decimal = self.cleaned_data["amount"]
        user = self.cleaned_data.get("user")
        if not amount:
            raise ValidationError("Saisissez un montant différent de zéro.")
        if user and (balance := User.objects.lock(user).rights_balance) + amount < 0:
            raise ValidationError(f"Le total des crédits calculés est de {balance} € : il ne peut pas devenir négatif.")
        return amount


@admin.register(LedgerEntry)
class LedgerAdmin(AsksProof, ExportsAdmin):
    sensitive_pages = frozenset({"add"})
    export_name = "mouvements-de-droits"
    form = CorrectionForm
    list_display = ("at", "user", "kind", "amount", "year", "enrolment", "reason", "by")
    list_filter = ("kind", "year")
    search_fields = ("user__birth_name", "user__usual_name", "user__first_names", "enrolment__reference")
    date_hierarchy = "at"
    list_select_related = ("user", "enrolment", "by")
    autocomplete_fields = ("user",)
    actions = None

    def export_table(self, request: HttpRequest, rows: QuerySet) -> Table:
        return exports.ledger(rows)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj:
            return ("at", "user", "kind", "amount", "year", "enrolment", "reason", "by")
        return ("user", "amount", "reason")

    def save_model(  # type: ignore[override]
        self, request: AuthenticatedRequest, obj: LedgerEntry, form: Any, change: bool
    ) -> None:
        written = ledger.correct(obj.user, obj.amount, obj.reason, request.user, timezone.now())
        obj.pk = written.pk


class ReadingForm(forms.ModelForm):
    """An amount that the person tells ADM79 to have read; the day cannot be to come."""

    class Meta:
        model = RightsReading
        fields = ("user", "amount", "read_on")
        localized_fields = ("amount",)

    def clean_read_on(self) -> date:
        """A day gone by, or today."""
        on: date = self.cleaned_data["read_on"]
        if on > timezone.localdate():
            raise ValidationError("Cette date est à venir : indiquez le jour où le montant a été lu.")
        return on


@admin.register(RightsReading)
class ReadingAdmin(AsksProof, admin.ModelAdmin):
    """Read, and added by staff; never changed: a new reading says otherwise. Open dossiers are quoted again."""

    sensitive_pages = frozenset({"add"})
    form = ReadingForm
    list_display = ("read_on", "user", "amount", "by_staff", "by", "at")
    list_filter = ("by_staff",)
    search_fields = ("user__birth_name", "user__usual_name", "user__first_names")
    date_hierarchy = "read_on"
    list_select_related = ("user", "by")
    autocomplete_fields = ("user",)
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(  # type: ignore[override]
        self, request: AuthenticatedRequest, obj: RightsReading, form: Any, change: bool
    ) -> None:
        noted = readings.note(obj.user, obj.amount, obj.read_on, request.user, timezone.now(), by_staff=True)
        obj.pk = noted.pk
