"""Under which words a person is found: one line of folded words, kept beside the fields that it is made of.

A sentence said on the telephone is folded the same way (``core.text``) and each of its words looked for here, so
accents, case, hyphens, spaces and the order of words do not matter. One column, and no table of words: all lines of a
department are read at once (docs/decisions.md). What is erased from the account is erased from here in the same save.
"""

import re
from typing import Any

from core.text import as_number, fold, normalise

SOURCES = frozenset(
    {
        "birth_name",
        "usual_name",
        "first_names",
        "username",
        "email",
        "mobile",
        "landline",
        "postal_code",
        "city",
    }
)
"""The fields of an account that its line is made of."""
NAMES = ("birth_name", "usual_name", "first_names", "username", "city")


def line_of(person: Any) -> str:
    """The line of *person*, each word between two spaces: names, town, mail, figures of telephones and postal code.

    A name of several words stands there in one word too: « Le Goff » is found as « legoff ».
    """
    names = [normalise(getattr(person, name, "") or "") for name in NAMES]
    figures = [digits(getattr(person, name, "") or "") for name in ("mobile", "landline", "postal_code")]
    joined = [name.replace(" ", "") for name in names if " " in name]
    words = [*" ".join(names).split(), *joined, fold(person.email or ""), *figures]
    return " ".join(["", *dict.fromkeys(filter(None, words)), ""]) if any(words) else ""


def digits(text: str) -> str:
    """The figures of a telephone or a postal code, without what may be left out: +33, 0033, the first 0.

    >>> digits("+33 6 39.98.12.34"), digits("06 39 98 12 34"), digits("0033639981234"), digits("79000")
    ('639981234', '639981234', '639981234', '79000')
    """
    plain = as_number(text).strip().replace("(0)", "")
    figures = re.sub(r"\D", "", plain)
    if plain.startswith("+") or figures.startswith("00"):
        figures = figures.removeprefix("00").removeprefix("33")
    return figures.removeprefix("0")
