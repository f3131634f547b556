"""What every template may use without its view giving it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.franceconnect.availability import enabled, is_resting


def site(request: HttpRequest) -> dict[str, Any]:
    """Addresses shown on many pages, and whether FranceConnect is there at all."""
    return {
        "adm79_email": settings.ADM79_EMAIL,
        "cdc_email": settings.CDC_EMAIL,
        "site_url": settings.SITE_URL,
        "franceconnect_enabled": enabled(),
        "franceconnect_resting": is_resting,  # asked by the templates of the button alone
        "debug": settings.DEBUG,
    }
