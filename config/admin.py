"""The staff's admin site: its name, and the second factor at its door."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest


class StaffSite(admin.AdminSite):
    """ADM79's office. With ``STAFF_OTP_REQUIRED`` only staff who gave their second factor enter."""

    site_header = "ADM79 – Bureau"
    site_title = "ADM79 – Bureau"
    index_title = "Formations et dossiers"

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff; verified by a second factor when the setting asks for one."""
        allowed = super().has_permission(request)
        return allowed and (not settings.STAFF_OTP_REQUIRED or request.user.is_verified())
