"""What every template may use without its view giving it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.contact import phones
from accounts.franceconnect.availability import enabled, is_resting
from core.french import NARROW_NBSP


def site(request: HttpRequest) -> dict[str, Any]:
    """Whom to reach, shown on many pages, and whether FranceConnect is there at all."""
    return {
        **reach(),
        "cdc_email": settings.CDC_EMAIL,
        "site_url": settings.SITE_URL,
        "franceconnect_enabled": enabled(),
        "franceconnect_resting": is_resting,  # asked by the templates of the button alone
        "debug": settings.DEBUG,
    }


def reach() -> dict[str, str]:
    """How to reach the ADM79: mail; telephone, its ``tel:`` link and its hours, empty when no number is set."""
    return {
        "adm79_email": settings.ADM79_EMAIL,
        "adm79_phone": settings.ADM79_PHONE.replace(" ", NARROW_NBSP),
        "adm79_phone_link": phones.link(settings.ADM79_PHONE),
        "adm79_hours": settings.ADM79_HOURS if settings.ADM79_PHONE else "",
    }
