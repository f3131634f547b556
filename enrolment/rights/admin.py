"""The ledger of rights in the admin: read, and corrected by a new movement that says why."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.login.staff_proof import AsksProof
from accounts.requests import AuthenticatedRequest
from core.admin.exports import ExportsAdmin, Table
from enrolment import exports
from enrolment.models import LedgerEntry, RightsReading
from enrolment.rights import ledger, readings
from enrolment.rights.staff_forms import LedgerCorrectionForm, NewReadingForm


@admin.register(LedgerEntry)
class LedgerAdmin(AsksProof, ExportsAdmin):
    sensitive_pages = frozenset({"add"})
    export_name = "mouvements-de-droits"
    form = LedgerCorrectionForm
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


@admin.register(RightsReading)
class ReadingAdmin(AsksProof, admin.ModelAdmin):
    """Read, and added by staff; never changed: a new reading says otherwise. Open dossiers are quoted again."""

    sensitive_pages = frozenset({"add"})
    form = NewReadingForm
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
