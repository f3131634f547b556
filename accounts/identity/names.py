"""A person's name as it is typed: taken with any letters, refused with a sentence when it is no name. Pure."""

import re
import unicodedata

from core.text import APOSTROPHES, fold, line

SIGNS = frozenset(" -.,·\u2010\u2011\u2013\u200c\u200d" + "'" + APOSTROPHES)
"""What may stand in a name beside letters and their accents."""
TWO_NAMES = re.compile(r"[()\[\]{}/]|\b(nee?|epouse|epoux|veuve|vve)\b\.? *\w")
"""« Dupont (née Martin) », « Martin épouse Dupont »: two names where one is asked."""


class NotANameError(ValueError):
    """What was typed cannot be a name; the text says what to do. ``code``: ``two_names`` or ``not_a_name``."""

    def __init__(self, code: str, what: str) -> None:
        self.code = code
        super().__init__(
            f"Saisissez {what} seul, sans parenthèse ni « née » ou « épouse »"
            if code == "two_names"
            else f"Saisissez {what} en lettres, sans chiffre ni autre signe"
        )


def read(text: str, what: str = "votre nom de naissance") -> str:
    """The name typed, on one line. Raises NotANameError, whose sentence asks for *what*."""
    name = line(text)
    if TWO_NAMES.search(fold(name)):
        raise NotANameError("two_names", what)
    if not any(map(str.isalpha, name)) or not all(_may_stand_in_a_name(char) for char in name):
        raise NotANameError("not_a_name", what)
    return name


def _may_stand_in_a_name(char: str) -> bool:
    return char.isalpha() or char in SIGNS or unicodedata.category(char).startswith("M")
