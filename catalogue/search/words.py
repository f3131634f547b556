"""Words as the search compares them. Pure: text comes in, words and match expressions go out.

Stemming gives different results with and without accents (*sécurité* → secur, *securite* → securit), so each
word stands in the index three times: folded, fold(stem(word)) and stem(fold(word)); a typed word matches any of
its own three. Both databases index these ready-made words without rules of their own, so they find the same.
"""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer.french_stemmer import FrenchStemmer

from core.text import apart, as_number, fold

MAX_WORDS = 12
"""Words of a query that count; what follows is ignored."""

_EMPTY_WORDS = """
    a ai ainsi alors apres au aucun aussi aux avec avoir c ca ce ces cet cette comme comment d dans de depuis des donc
    du elle en entre es est et etre eux fait faire font il ils j je jusqu l la le les leur leurs lorsqu m ma mais me mes
    mieux moi mon n ne nos notre nous on ou par pas plus pour pourquoi puisqu qu quand que quel quelle quels qui quoi s
    sa sans se ses si son sont sous suis sur t ta te tes ton tout tous tres tu un une vers veux vos votre vous y
    formation formations stage stages apprendre savoir
"""
EMPTY_WORDS = frozenset(_EMPTY_WORDS.split())
"""Folded words that say nothing about a training, in a query."""

type Synonyms = Sequence[Sequence[tuple[str, ...]]]
"""Groups of equivalent expressions, each a tuple of words."""


def split(text: str) -> list[str]:
    """The words of a text in lower case; apostrophes, hyphens and every other sign part them."""
    return re.findall(r"[^\W_]+", apart(text).lower())


_local = threading.local()


@lru_cache(maxsize=20_000)
def variants(word: str) -> tuple[str, ...]:
    """The forms under which one lower-case word is indexed and looked up, the folded one first."""
    stemmer = _local.__dict__.setdefault("stemmer", FrenchStemmer())
    folded = fold(word)
    forms = dict.fromkeys([folded, fold(stemmer.stemWord(word)), stemmer.stemWord(folded)])
    return tuple(form for form in forms if re.fullmatch("[a-z0-9]+", form))


def index_words(*texts: str) -> str:
    """The words of the texts as the index keeps them: each once, parted by spaces."""
    return " ".join(dict.fromkeys(form for text in texts for word in split(text) for form in variants(word)))


def spoken_words(text: str) -> set[str]:
    """The words of a text, as written, that one may mean when one types something close to them."""
    return {word for word in split(text) if len(word) > 2 and word.isalpha() and fold(word) not in EMPTY_WORDS}


# What is looked for --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One word looked for: any of these forms, or anything that begins with ``prefix``."""

    forms: tuple[str, ...]
    prefix: str = ""


type Expression = tuple[Word, ...]
"""Words that must all be there."""

type Query = tuple[tuple[Expression, ...], ...]
"""All of its groups must match; a group matches by any of its expressions (synonyms)."""


def content_words(text: str) -> list[str]:
    """The words of a query that tell something."""
    return [word for word in split(text) if fold(word) not in EMPTY_WORDS and variants(word)][:MAX_WORDS]


MOST_DIGITS = 8
"""In all, however spaced: a year and the number of a law; a telephone or a social-security number has more."""


def tells_of_somebody(text: str) -> bool:
    """Whether a text may hold somebody's number or mail address: then its words are kept nowhere.

    >>> tells_of_somebody("06 12 34 56 78"), tells_of_somebody("jean@exemple.fr"), tells_of_somebody("loi 2019-1461")
    (True, True, False)
    """
    plain = as_number(text)
    return "@" in plain or sum(map(str.isdigit, plain)) > MOST_DIGITS


def parse(text: str, synonyms: Synonyms = (), *, typing: bool = True) -> Query:
    """What a text asks for; the last word may be unfinished (*typing*). An empty query asks for everything."""
    words = content_words(text)
    groups: list[tuple[Expression, ...]] = []
    position = 0
    while position < len(words):
        length, others = _synonyms_at(words[position:], synonyms)
        typed = tuple(
            Word(variants(word), fold(word) if typing and place == len(words) - 1 else "")
            for place, word in enumerate(words[position : position + length], position)
        )
        groups.append((typed, *(tuple(Word(variants(word)) for word in other) for other in others)))
        position += length
    return tuple(groups)


def _synonyms_at(words: list[str], synonyms: Synonyms) -> tuple[int, list[tuple[str, ...]]]:
    """The longest expression that *words* begin with: how many words it has, and its equivalents."""
    length, equivalents = 0, []
    for group in synonyms:
        for expression in group:
            if len(expression) > length and _begins(words, expression):
                length, equivalents = len(expression), [other for other in group if other != expression]
    return max(length, 1), equivalents


def _begins(words: list[str], expression: tuple[str, ...]) -> bool:
    if len(words) < len(expression):
        return False
    return all(set(variants(word)) & set(variants(other)) for word, other in zip(words, expression, strict=False))


def fts5(query: Query) -> str:
    """The query as SQLite's FTS5 reads it."""
    return _write(query, "AND", "OR", lambda prefix: f'"{prefix}"*', '"')


def tsquery(query: Query) -> str:
    """The query as PostgreSQL's tsquery reads it."""
    return _write(query, "&", "|", lambda prefix: f"'{prefix}':*", "'")


def _write(query: Query, all_of: str, any_of: str, begins: Callable[[str], str], quote: str) -> str:
    def join(sign: str, parts: Iterable[str]) -> str:
        return "(" + f" {sign} ".join(parts) + ")"

    def one(word: Word) -> str:
        forms = [f"{quote}{form}{quote}" for form in word.forms]
        return join(any_of, [*forms, begins(word.prefix)] if word.prefix else forms)

    return join(all_of, (join(any_of, (join(all_of, map(one, expression)) for expression in group)) for group in query))
