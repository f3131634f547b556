"""Who waits for a session: what they wait for and how many, without their names."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from catalogue.demand import interests
from catalogue.models import Interest
from core.admin.read_only import OnlyRead

SHOWN = 12
"""Lines of what is wanted most, above the list."""


class WaitingFilter(admin.SimpleListFilter):
    """Still waiting, or told."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("attend", "attendent"), ("prevenu", "prévenus")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Interest]) -> QuerySet[Interest]:
        if self.value() == "attend":
            return queryset.filter(pk__in=interests.live())
        return queryset.exclude(told_at=None) if self.value() == "prevenu" else queryset


@admin.register(Interest)
class InterestAdmin(OnlyRead):
    """A demand to plan sessions by, not a list of people."""

    list_display = ("what", "asked_at", "told_at", "told_of")
    list_display_links = None
    list_filter = (WaitingFilter, "training__subject")
    list_select_related = ("training", "told_of__training")
    search_fields = ("words", "place", "training__title")
    fields = readonly_fields = ("training", "words", "place", "asked_at", "told_at", "told_of")
    actions = None

    @admin.display(description="ce qu'ils attendent", ordering="training__title")
    def what(self, interest: Interest) -> str:
        return interest.what

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The links of the summary above the list."""
        ours = {"training__id__exact", "words__exact", "place__exact"}
        return lookup in ours or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page = "admin:catalogue_interest_changelist"
        found = [(what, count, reverse(page, query=query)) for what, count, query in interests.wanted()[:SHOWN]]
        return super().changelist_view(
            request, {"title": "Élus qui attendent une session", "wanted": found, **(extra_context or {})}
        )
