"""What staff type in a search box of the admin goes through the one door for text."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.text import clean


class CleanSearched(admin.ModelAdmin):
    """Every admin of the site is one (``config.admin.StaffSite`` sees to it)."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """As the admin finds, without the characters that nobody sees."""
        return super().get_search_results(request, queryset, clean(search_term))
