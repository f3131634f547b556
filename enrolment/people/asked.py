"""What was typed in the box that finds anybody, read: references, telephones, words. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from accounts.models.finding import digits
from core.text import as_number, fold, line, normalise

LONGEST = 200
"""Characters of a sentence that are read."""
MOST_WORDS = 8
REFERENCE = re.compile(r"(?<![A-Z0-9])79((?:[\s./_-]*[A-HJ-NP-Z2-9]){4,8})(?![A-Z0-9])")
"""A dossier's reference or its beginning, however parted (``REFERENCE_LETTERS`` has neither I, O, 0 nor 1)."""
FIGURES = re.compile(r"\+?(?:\(0\)|[0-9])(?:[\s./_-]*(?:\(0\)|[0-9])){3,}")
"""Four figures or more: a telephone or its end, a postal code."""


@dataclass(frozen=True)
class Asked:
    """A sentence as it was typed, and what it may mean. Never holds a social-security number (the view refuses it)."""

    typed: str

    @classmethod
    def read(cls, text: str) -> "Asked":
        """*text* on one line, cut to ``LONGEST``."""
        return cls(line(text)[:LONGEST].strip())

    @cached_property
    def reference(self) -> str:
        """The dossier's reference as it is stored, « 79-NF7Q-9Z39 », or as much of it as was typed; else empty."""
        found = REFERENCE.search(as_number(self.typed).upper())
        letters = re.sub(r"[^A-Z0-9]", "", found[1]) if found else ""
        return "-".join(filter(None, ["79", letters[:4], letters[4:]])) if letters else ""

    @cached_property
    def figures(self) -> list[str]:
        """The rows of figures, without prefix."""
        return [found for row in FIGURES.findall(as_number(self.typed)) if len(found := digits(row)) >= 4]

    @cached_property
    def mails(self) -> list[str]:
        """The words that are a mail address, or a part of one."""
        return [fold(word) for word in self.typed.split() if "@" in word]

    @cached_property
    def words(self) -> list[str]:
        """The other words, folded as names and places are kept."""
        rest = FIGURES.sub(" ", as_number(self.typed))
        return normalise(" ".join(word for word in rest.split() if "@" not in word)).split()[:MOST_WORDS]

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be looked for."""
        return not (self.reference or self.figures or self.mails or self.words)
