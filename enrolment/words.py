"""Dates and amounts as French people write them."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format


def day_in_words(day: date, *, weekday: bool = True) -> str:
    """« lundi 21 décembre 2026 », « 1er janvier 2027 »."""
    number = "1er" if day.day == 1 else str(day.day)
    name = f"{date_format(day, 'l')} " if weekday else ""
    return f"{name}{number} {date_format(day, 'F Y')}"


def days_in_words(start: date, end: date) -> str:
    """« lundi 21 décembre 2026 », or « du lundi 21 décembre 2026 au mardi 22 décembre 2026 »."""
    if start == end:
        return day_in_words(start)
    return f"du {day_in_words(start)} au {day_in_words(end)}"


def euros(amount: Decimal) -> str:
    """« 1 200,00 € », with spaces that do not break."""
    text = f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",").replace("-", "−\u00a0")
    return f"{text}\u00a0€"
