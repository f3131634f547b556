"""What comes to the admin from outside its forms: the words of a search, the values that an address proposes."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from core.text import clean


class KnownRowsSelect(AutocompleteSelect):
    """A box that proposes rows as one types; what names no row (« abc » for a number) is shown as nothing chosen."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """What is chosen; the form itself says what is wrong with the rest."""
        try:
            return super().optgroups(name, value, attr)
        except (ValueError, OverflowError, ValidationError):
            return super().optgroups(name, [""], attr)


class CleanSearched(admin.ModelAdmin):
    """Every admin of the site is one (``config.admin.StaffSite`` sees to it)."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """As the admin finds, without the characters that nobody sees."""
        return super().get_search_results(request, queryset, clean(search_term))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As the admin makes it, with a box that no value breaks."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownRowsSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What an address proposes for a new row (``?training=12``), without what leads to no row."""
        proposed = super().get_changeform_initial_data(request)
        return {name: value for name, value in proposed.items() if self._leads_to_rows(name, value)}

    def _leads_to_rows(self, name: str, value: Any) -> bool:
        """Whether *value* names rows of the relation *name*; true of any other field."""
        related = {field.name: field.related_model for field in self.opts.get_fields() if not field.auto_created}.get(
            name
        )
        if not isinstance(related, type):
            return True
        try:
            keys = [related._meta.pk.to_python(key) for key in (value if isinstance(value, list) else [value])]
        except ValidationError:
            return False
        return all(related._default_manager.filter(pk=key).exists() for key in keys)
