"""Rules that staff's input must keep, the same in the admin and in an import."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from catalogue.models import HourlyRule, Scale
from core.french import euros

MAX_SEATS = 15
"""Participants a session, at most, unless staff confirm more (DOMAIN)."""
APPROVAL_WARNINGS = (30, 60)
"""Days before the end of a body's approval from which staff are warned: urgently, then a first time."""


def check_hourly_price(price: Decimal, hours: Decimal, on: date) -> None:
    """Refuse a price above the hourly cap, where the barème in force says to refuse. Raises ValidationError."""
    scale = Scale.in_force(on)
    if scale and scale.hourly_rule == HourlyRule.REFUSE and (said := hourly_price_warning(price, hours, on)):
        raise ValidationError(said, code="hourly_cap")


def hourly_price_warning(price: Decimal, hours: Decimal, on: date) -> str:
    """What staff are told of a price above the hourly cap of the barème in force on the day *on*; empty below it.

    Prices are net: the training of officials is exempt from VAT, so the cap « HT » compares as it is. What the cap
    rules is disputed: as long as staff have not confirmed the rule the sentence says so.
    """
    scale = Scale.in_force(on)
    hourly = (price / hours).quantize(Decimal("0.01")) if scale and hours > 0 else Decimal(0)
    if scale is None or hourly <= scale.hourly_cap:
        return ""
    unsure = "" if scale.hourly_rule_confirmed else " (règle à confirmer : elle se choisit dans le barème)"
    return (
        f"Le prix revient à {euros(hourly)} de l'heure ; "
        f"le {str(scale).lower()} plafonne à {euros(scale.hourly_cap)}{unsure}."
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
