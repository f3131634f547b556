"""Pages of the admin that are read: rows below an object, and objects that only their buttons change."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from core.admin.actions import ButtonsAdmin


class ReadOnlyInline(admin.TabularInline):
    """Rows below an object, to be read."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OnlyRead(admin.ModelAdmin):
    """A list and its pages where nothing is added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ActingAdmin(ButtonsAdmin):
    """Read-only pages with buttons."""

    actions: Any = None
    view_on_site = False  # the person's own page: nobody else's

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [field.name for field in self.opts.concrete_fields if not field.primary_key]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        hidden = {"show_save": False, "show_save_and_continue": False, "show_close": True}
        return super().change_view(request, object_id, form_url, {**hidden, **(extra_context or {})})
