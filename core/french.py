"""How days, amounts and lengths are written in French, on pages and in mails."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
BRIEF_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


@lru_cache(maxsize=2000)
def day(value: date, *, weekday: bool = True) -> str:
    """« mardi 1er décembre 2026 », or « 1er décembre 2026 »."""
    number = "1er" if value.day == 1 else str(value.day)
    name = f"{DAYS[value.weekday()]} " if weekday else ""
    return f"{name}{number}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def day_in_brief(value: date) -> str:
    """« 25 nov. 2026 », « 1er mai 2026 »: where a whole date does not fit."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{BRIEF_MONTHS[value.month - 1]}{NBSP}{value.year}"


def span(start: date, end: date) -> str:
    """One day, or « du mardi 1er décembre 2026 au mercredi 2 décembre 2026 »."""
    return day(start) if start == end else f"du {day(start)} au {day(end)}"


def month(value: date) -> str:
    """« décembre 2026 »."""
    return f"{MONTHS[value.month - 1]} {value.year}"


@lru_cache(maxsize=2000)
def euros(amount: Decimal) -> str:
    """« 1 200,00 € », « − 200,00 € », with spaces that do not break."""
    written = f"{amount:,.2f}".replace(",", NARROW_NBSP).replace(".", ",").replace("-", f"−{NBSP}")
    return f"{written}{NBSP}€"


@lru_cache(maxsize=500)
def duration(days: Decimal, hours: Decimal) -> str:
    """« 2 jours (12 heures) », « une demi-journée (3 h 30) »."""
    whole, rest = divmod(int(hours * 60), 60)
    length = f"{whole}{NBSP}h{NBSP}{rest:02}" if rest else plural(whole, "heure")
    if days == Decimal("0.5"):
        return f"une demi-journée ({length})"
    return f"{f'{days.normalize():f}'.replace('.', ',')}{NBSP}jour{'s' if days >= 2 else ''} ({length})"


@lru_cache(maxsize=5000)
def typography(text: str) -> str:
    """The spaces that French never breaks: before « : ; ? ! » », after « « », in « 9 h 30 »."""
    text = re.sub(r" (?=[:;?!»%€])|(?<=«) ", NBSP, text)
    return re.sub(r"(?<=\d) h\b( (?=\d\d\b))?", lambda found: f"{NBSP}h{NBSP if found[1] else ''}", text)


def plural(count: int, noun: str) -> str:
    """« 1 place », « 12 places »; the noun takes an s from two on."""
    return f"{count}{NBSP}{noun}{'s' if count > 1 else ''}"
