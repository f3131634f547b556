"""Rules that staff's input must keep, the same in the admin and in an import."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from catalogue.models import Scale
from core.french import euros

MAX_SEATS = 15
"""Participants a session, at most, unless staff confirm more (DOMAIN)."""
APPROVAL_WARNINGS = (30, 60)
"""Days before the end of a body's approval from which staff are warned: urgently, then a first time."""


def check_hourly_price(price: Decimal, hours: Decimal, on: date) -> None:
    """Refuse a price above the hourly cap of the barème in force on the day *on*. Raises ValidationError.

    Prices are net: the training of officials is exempt from VAT, so the cap « HT » compares as it is.
    """
    scale = Scale.in_force(on)
    if scale is None or hours <= 0:
        return
    hourly = (price / hours).quantize(Decimal("0.01"))
    if hourly > scale.hourly_cap:
        raise ValidationError(
            f"Le prix revient à {euros(hourly)} de l'heure ; "
            f"le {str(scale).lower()} plafonne à {euros(scale.hourly_cap)}.",
            code="hourly_cap",
        )


def check_seats(seats: int, taken: int = 0, *, confirmed: bool = False) -> None:
    """Refuse more than 15 seats unless *confirmed*, and fewer than are *taken*. Raises ValidationError."""
    if seats < taken:
        raise ValidationError(f"{taken} places sont déjà prises : il ne peut pas y en avoir moins.", code="taken")
    if seats > MAX_SEATS and not confirmed:
        raise ValidationError(f"Une session a {MAX_SEATS} places au plus.", code="too_many")


def approval_warning(end: date | None, today: date) -> str:
    """What to say of the end of a body's approval: over, within 30 days, within 60 days; empty when far."""
    if end is None:
        return "Fin de l'agrément inconnue"
    days = (end - today).days
    if days < 0:
        return f"Agrément terminé depuis le {end:%d/%m/%Y}"
    urgent, first = APPROVAL_WARNINGS
    if days <= urgent:
        return f"Urgent : l'agrément se termine dans {days} jour{'s' if days > 1 else ''}"
    return f"L'agrément se termine dans {days} jours" if days <= first else ""
