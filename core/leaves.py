"""The éphéméride: a leaf torn off a calendar, drawn wherever a day matters. Pure: days and words in, words out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from core import french


class Kind(StrEnum):
    """What the day is to the person who looks: the colour of the leaf's head."""

    LAST_DAY = auto()
    """The last day to act (ochre)."""
    EVENT = auto()
    """A day that comes by itself, nothing left to do (green)."""
    PAST = auto()
    """A day that is behind us (grey)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One day as a leaf: its head (« dernier jour »), day, month, what is left (« encore 9 jours »).

    *words* is the whole of it as a sentence, the one thing that a screen reader says.
    *what* says what the day is for, when several leaves stand side by side: « pour envoyer votre demande ».
    """

    kind: Kind
    head: str
    day: date
    left: str
    what: str = ""

    @property
    def month(self) -> str:
        """« décembre »."""
        return french.MONTHS[self.day.month - 1]

    @property
    def words(self) -> str:
        """« Dernier jour pour envoyer votre demande : vendredi 4 décembre 2026, encore 9 jours »."""
        head = " ".join(filter(None, (self.head.capitalize(), self.what)))
        left = f", {self.left}" if self.left else ""
        return f"{head}{french.NBSP}: {french.day(self.day)}{left}."


def last_day(day: date, today: date, what: str = "") -> Leaf:
    """The last day to act; grey and « dépassé » once it is behind us."""
    if day < today:
        return Leaf(Kind.PAST, "dernier jour", day, "dépassé", what)
    return Leaf(Kind.LAST_DAY, "dernier jour", day, days_left(day, today), what)


def event(day: date, today: date, head: str) -> Leaf:
    """A day on which nothing is asked of the person but to be there: *head* names it (« session »)."""
    return Leaf(Kind.PAST if day < today else Kind.EVENT, head, day, "" if day < today else in_days(day, today))


def days_left(day: date, today: date) -> str:
    """« encore 9 jours », « demain », « aujourd'hui »; empty once it is past."""
    days = (day - today).days
    if days < 0:
        return ""
    return ("aujourd'hui", "demain")[days] if days < 2 else f"encore {days}{french.NBSP}jours"


def in_days(day: date, today: date) -> str:
    """« dans 9 jours », « demain », « aujourd'hui »; empty once it is past."""
    return days_left(day, today).replace("encore", "dans")


def in_mail(leaf: Leaf) -> dict[str, str]:
    """The leaf as a mail's context holds it; without « encore 9 jours », which would be wrong on the day it is read."""
    number = "1er" if leaf.day.day == 1 else str(leaf.day.day)
    return {"head": leaf.head, "day": number, "month": leaf.month}
