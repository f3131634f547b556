"""What every template may use without its view giving it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.franceconnect.availability import enabled


def site(request: HttpRequest) -> dict[str, Any]:
    """Addresses shown on many pages, and whether FranceConnect is there at all."""
    return {
        "adm79_email": settings.ADM79_EMAIL,
        "cdc_email": settings.CDC_EMAIL,
        "site_url": settings.SITE_URL,
        "franceconnect_enabled": enabled(),
        "debug": settings.DEBUG,
    }
