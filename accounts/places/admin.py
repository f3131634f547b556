"""The official list of communes: looked things up in, never edited (``load_communes`` brings it up to date)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Commune
from core.admin.read_only import OnlyRead
from core.text import normalise


@admin.register(Commune)
class CommuneAdmin(OnlyRead):
    list_display = ("name", "code", "department", "epci_name", "population")
    list_filter = ("department",)
    search_fields = ("name_key", "code")
    ordering = ("name_key", "code")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """« st maixent » finds Saint-Maixent-l'École."""
        found, duplicates = super().get_search_results(request, queryset, normalise(search_term))
        return found.order_by("name_key", "code"), duplicates
