"""The staff's second factor in the office: a colleague deletes a lost telephone, nobody reads a secret."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import RecoveryCodes, Telephone


class DeviceAdmin(admin.ModelAdmin):
    """Seen and deleted; made by its owner alone (``config.second_factor``)."""

    list_display = ("user", "name", "confirmed", "created_at", "last_used_at")
    list_select_related = ("user",)
    fields = readonly_fields = ("user", "name", "confirmed", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Telephone)
class TelephoneAdmin(DeviceAdmin):
    """The telephones that make codes."""


@admin.register(RecoveryCodes)
class RecoveryCodesAdmin(DeviceAdmin):
    """The codes kept on paper."""
