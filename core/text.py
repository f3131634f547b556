"""Comparing names: accents, case, hyphens, apostrophes and spaces make no difference."""

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case without accents or ligatures."""
    plain = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def name_key(name: str) -> str:
    """The name as it is compared: lower case, no accent, one space for any sign.

    >>> name_key("D’Aubigné-Préçy")
    'd aubigne precy'
    """
    return " ".join(re.sub(r"[\W_]+", " ", fold(name)).split())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are of the same name: « Le Goff » and « LEGOFF » are; an empty name is nobody's."""
    return name_key(one).replace(" ", "") == name_key(other).replace(" ", "") != ""


def normalise(name: str) -> str:
    """The name as it is compared: lower case, no accent, one space for any sign, « st » as « saint ».

    >>> normalise("St-Maixent-l'École")
    'saint maixent l ecole'
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
