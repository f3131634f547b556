"""What to offer when a search finds nothing: the word that was meant, or the same search asking for less."""

import difflib
from dataclasses import dataclass, replace
from typing import Any

from catalogue.models import SearchWord
from catalogue.search import statement, words
from catalogue.search.engine import Criteria, Search
from catalogue.search.statement import Row, matches
from core.french import plural
from core.text import fold

SHOWN = 5
CLOSE_ENOUGH = 0.7
"""Likeness (0 to 1) from which a known word may be what was meant."""

RELAXED: tuple[tuple[str, Any, str], ...] = (
    ("place", "", "Partout, sans le lieu"),
    ("month", "", "À toutes les dates"),
    ("open_only", False, "Avec les sessions complètes ou closes"),
    ("within_rights", False, "À tous les prix"),
    ("mode", "", "En présentiel et à distance"),
    ("subject", None, "Dans tous les thèmes"),
)
"""What a search may do without, the first to give up first: name, value that asks nothing, words."""


@dataclass(frozen=True)
class Suggestion:
    """Another search that finds something, and how it differs from what was asked."""

    label: str
    address: str
    total: int
    hits: list[Row]

    @property
    def count(self) -> str:
        """« 3 formations »."""
        return plural(self.total, "formation")


def instead_of(search: Search) -> list[Suggestion]:
    """Searches that do find something, the closest to what was asked first."""
    asked = search.criteria
    tries: list[tuple[str, Criteria]] = []
    meant = did_you_mean(asked.q, search.using)
    if meant:
        tries.append((f"Vouliez-vous dire « {meant} » ?", replace(asked, q=meant)))
    tries += [
        (label, replace(asked, **{name: nothing}))
        for name, nothing, label in RELAXED
        if getattr(asked, name) != nothing
    ]
    if asked.q:
        without_filters = Criteria(q=meant or asked.q)
        if without_filters not in {criteria for _, criteria in tries} | {asked}:
            tries.append(("Sans le lieu ni les filtres", without_filters))
    found: dict[tuple[Row, ...], Suggestion] = {}
    for label, criteria in tries:
        if suggestion := _try(search, label, criteria):
            found.setdefault(tuple(suggestion.hits), suggestion)
    return list(found.values()) or _by_any_word(search)


def _try(search: Search, label: str, criteria: Criteria) -> Suggestion | None:
    results = statement.results(replace(search, criteria=replace(criteria, page=1)))
    if not results.total:
        return None
    return Suggestion(label, criteria.address(), results.total, results.hits[:SHOWN])


def _by_any_word(search: Search) -> list[Suggestion]:
    """The same text word by word, for a question in many words that no training answers whole."""
    each = dict.fromkeys(words.content_words(search.criteria.q))
    found = [_try(search, f"Avec le mot « {word} »", Criteria(q=word)) for word in each]
    return sorted((s for s in found if s), key=lambda suggestion: suggestion.total) if len(each) > 1 else []


def did_you_mean(text: str, using: str = "default") -> str:
    """The text with each unknown word replaced by the closest known one; empty when nothing is to be replaced."""
    known = dict(SearchWord.objects.using(using).order_by("word").values_list("word", "shown")) if text else {}
    written = []
    for word in words.content_words(text):
        if word.isdigit() or _is_known(word, using):
            written.append(word)
            continue
        close = difflib.get_close_matches(fold(word), known, n=1, cutoff=CLOSE_ENOUGH)
        if not close:
            return ""
        written.append(known[close[0]])
    meant = " ".join(written)
    return meant if fold(meant) != fold(" ".join(words.content_words(text))) else ""


def _is_known(word: str, using: str) -> bool:
    return matches(words.parse(word), using)
