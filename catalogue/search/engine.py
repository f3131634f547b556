"""Finding trainings: what is asked, which trainings answer, in which order.

The order is the same on SQLite and PostgreSQL: title hit, place (same commune, then intercommunality, then
department, then remote), next open session, id. No engine's own ranking comes into it.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import connections
from django.http import QueryDict

from accounts.places.localities import Locality
from catalogue.search import words
from catalogue.sessions.in_force import first_open_start
from core.text import line

PAGE_SIZE = 20
MAX_LENGTH = 200
ON_SITE, REMOTE = "presentiel", "distance"
MODES = {ON_SITE: "En présentiel", REMOTE: "À distance"}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a search asks for, as its address says it. A value that makes no sense is as if absent."""

    q: str = ""
    place: str = ""
    subject: int | None = None
    month: str = ""
    open_only: bool = False
    within_rights: bool = False
    mode: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryDict) -> "Criteria":
        """Read the address of a search: ``?q=&lieu=&theme=&mois=&ouvertes=&droits=&mode=&page=``."""
        month = query.get("mois", "")
        return cls(
            q=_line(query.get("q", "")),
            place=_line(query.get("lieu", "")),
            subject=_number(query.get("theme", "")),
            month=month if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) else "",
            open_only=query.get("ouvertes") == "1",
            within_rights=query.get("droits") == "1",
            mode=query.get("mode", "") if query.get("mode") in MODES else "",
            page=_number(query.get("page", "")) or 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this search, changed so; empty values are left out."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        values = {
            "q": asked.q,
            "lieu": asked.place,
            "theme": asked.subject,
            "mois": asked.month,
            "ouvertes": int(asked.open_only),
            "droits": int(asked.within_rights),
            "mode": asked.mode,
            "page": asked.page if asked.page > 1 else None,
        }
        return urlencode({name: value for name, value in values.items() if value})


def _line(text: str) -> str:
    return line(text)[:MAX_LENGTH].strip()


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else None


@dataclass
class Search:
    """One search, on one day, by someone known to have so many rights (euros); None when nobody has read them."""

    criteria: Criteria
    today: date
    rights: Decimal | None = None
    using: str = "default"

    @cached_property
    def glossary(self) -> "Glossary":
        """What the catalogue speaks of, read once."""
        return glossary(self.using)

    @cached_property
    def query(self) -> words.Query:
        """The words asked for, with the staff's synonyms."""
        return words.parse(self.criteria.q, self.glossary.synonyms) if self.criteria.q else ()

    @cached_property
    def locality(self) -> Locality | None:
        return Locality.of(self.criteria.place) if self.criteria.place else None

    @cached_property
    def first_start(self) -> date:
        """The earliest start for which a request may still leave today."""
        return first_open_start(self.today)

    @property
    def wants_remote(self) -> bool:
        """Whether it is to be followed from afar; of use when a way of attending is asked for."""
        return self.criteria.mode == REMOTE


class Glossary(NamedTuple):
    """The subjects (key and name) by name, and the staff's groups of equivalent expressions, as words."""

    subjects: list[tuple[int, str]]
    synonyms: words.Synonyms


GLOSSARY = """
    SELECT 'subject', id, name FROM catalogue_subject
    UNION ALL SELECT 'synonym', id, expressions FROM catalogue_synonym
    ORDER BY 1, 3"""


def glossary(using: str = "default") -> Glossary:
    """Both in one query: each page of the search needs the ones, and nearly each the others."""
    with connections[using].cursor() as cursor:
        cursor.execute(GLOSSARY)
        rows = cursor.fetchall()
    lines = sorted((key, text) for kind, key, text in rows if kind == "synonym")
    subjects = [(key, text) for kind, key, text in rows if kind == "subject"]
    return Glossary(subjects, [_expressions(text) for _, text in lines])


@lru_cache(maxsize=1_000)
def _expressions(text: str) -> tuple[tuple[str, ...], ...]:
    """The expressions of one line of synonyms, as words; the same lines come back with every search."""
    return tuple(tuple(found) for part in text.split(",") if (found := words.content_words(part)))
