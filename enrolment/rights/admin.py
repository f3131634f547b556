"""The rights of all in the admin, to be read: what is corrected or noted is so on the page of the person."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.exports import ExportsAdmin, Table
from core.admin.read_only import OnlyRead
from enrolment import exports
from enrolment.models import LedgerEntry, RightsReading


@admin.register(LedgerEntry)
class LedgerAdmin(OnlyRead, ExportsAdmin):
    export_name = "mouvements-de-droits"
    fields = ("at", "user", "kind", "amount", "year", "enrolment", "reason", "by")
    list_display = fields
    list_filter = ("kind", "year")
    search_fields = ("user__birth_name", "user__usual_name", "user__first_names", "enrolment__reference")
    date_hierarchy = "at"
    list_select_related = ("user", "enrolment", "by")
    actions = None

    def export_table(self, request: HttpRequest, rows: QuerySet) -> Table:
        return exports.ledger(rows)


@admin.register(RightsReading)
class ReadingAdmin(OnlyRead):
    list_display = ("read_on", "user", "amount", "by_staff", "by", "at")
    list_filter = ("by_staff",)
    search_fields = ("user__birth_name", "user__usual_name", "user__first_names")
    date_hierarchy = "read_on"
    list_select_related = ("user", "by")
    actions = None
