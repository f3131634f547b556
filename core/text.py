# ruff: noqa: RUF001, RUF002  look-alike characters are what this module is about
"""The one door for text: what people type, paste or import, made the same before it is stored or compared.

Pure, and below everything: no Django. ``decode`` reads the bytes of a file; ``clean`` takes away what nobody can see
and loses nothing that one can; ``line`` and ``as_number`` say what a text is meant for; ``fold``, ``name_key`` and
their like only compare.
Categories and normal forms: the Unicode standard (UAX 15, UAX 44).
"""

import codecs
import re
import unicodedata
from functools import lru_cache

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
BLANKS = frozenset("\t\u2800\u115f\u1160\u3164\uffa0")
"""Drawn as nothing and no space by category: the tab, the empty braille cell, the Hangul fillers."""
INVISIBLE_MARKS = frozenset("\u034f\u17b4\u17b5")
"""Combining signs that are never drawn."""
DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are drawn all the same (property *Prepended_Concatenation_Mark*)."""
JOINERS = frozenset("\u200c\u200d")
JOINED_SCRIPTS = (
    (0x0600, 0x0DFF),  # Arabic, Syriac, N'Ko and their like, the scripts of India
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0x1A20, 0x1BFF),
    (0xA840, 0xA9FF),
    (0xAA60, 0xABFF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10A00, 0x11FFF),
)
"""Code points of the scripts in which a joiner between two letters changes what is read (UAX 31, table 4)."""
UNSEEN = "\0-\x09\x0b-\x1f\x7f-\xa0\xad\u034f\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
UNSEEN += "\u205f-\u206f\u2800\u3000\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
SUSPECT = re.compile(f"[{UNSEEN}\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\U000110bd-\U0010ffff]")
"""What may have to change; a text without any, and in normal form C, is clean as it is."""

APOSTROPHES = "’‘ʼʻʽʾʿˈʹ′‛`´＇"
"""Signs that people and word processors put where the plain apostrophe is meant."""
LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ŋ": "ng",
        "ħ": "h",
        "ŧ": "t",
        "ĸ": "k",
        "ə": "e",
        **dict.fromkeys(APOSTROPHES, "'"),
    }
)
"""Letters that no accent can be taken off, and the signs that stand for an apostrophe."""
DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u207b\u208b\u2e3a\u2e3b\u30fc\ufe58\ufe63\uff0d]")


def encoding_of(head: bytes) -> str:
    r"""How a text file was written, by its first bytes: UTF-8 or UTF-16 with or without a mark, else Windows'.

    >>> encoding_of(b"caf\xc3\xa9"), encoding_of(b"caf\xe9"), encoding_of("a;b".encode("utf-16"))
    ('utf-8-sig', 'cp1252', 'utf-16')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # plain letters have an empty half
        if len(half := head[first::2]) > 1 and half.count(0) * 2 > len(half):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def decode(content: bytes) -> str:
    """The text of a file, whichever way a spreadsheet or an editor wrote it; what cannot be read shows as « � »."""
    return content.decode(encoding_of(content), errors="replace")


def clean(text: str) -> str:
    r"""*text* without what cannot be seen: normal form C, one kind of space, ``\n`` between lines.

    Format characters, variation selectors and control characters (NUL among them) go; joiners stay between letters
    of scripts that need them. Clean text comes out as it came in.

    >>> clean("jeanne\u200b@exemple.fr"), clean("79\u202f000"), clean("e\u0301\r\n")
    ('jeanne@exemple.fr', '79 000', 'é\n')
    """
    if SUSPECT.search(text):
        text = LINE_BREAKS.sub("\n", text)
        text = "".join(_seen(text, place) for place in range(len(text)))
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    r"""*text* cleaned, on one line, its words parted by one space.

    >>> line(" Marie\u00a0 \n Claire\ufeff")
    'Marie Claire'
    """
    return " ".join(clean(text).split())


def _seen(text: str, place: int) -> str:
    """What is kept of one character: itself, a space, the sign that something was unreadable, or nothing."""
    char = text[place]
    category = unicodedata.category(char)
    if category == "Zs" or char in BLANKS:
        return " "
    if category == "Cf":
        return char if char in DRAWN_FORMATS or (char in JOINERS and _joins(text, place)) else ""
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Cc":
        return char if char == "\n" else ""
    if char in INVISIBLE_MARKS or _is_variation_selector(char) or _is_no_character(char):
        return ""
    return char


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\u180b" <= char <= "\u180f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_no_character(char: str) -> bool:
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _joins(text: str, place: int) -> bool:
    """Whether the joiner at *place* stands between two letters (or their signs) of scripts that need it."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(around) == 2 and all(unicodedata.category(c)[0] in "LM" and _is_joined(c) for c in around)


def _is_joined(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in JOINED_SCRIPTS)


def ascii_digits(text: str) -> str:
    """*text* with the decimal digits of every script as 0 to 9.

    >>> ascii_digits("٧٩ １４"), ascii_digits("m²")
    ('79 14', 'm²')
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def as_number(text: str) -> str:
    """*text* where figures are meant: digits 0 to 9, every dash and minus as ``-``, wide letters as plain ones.

    >>> as_number("−１４"), as_number("2‑53 07 2B")
    ('-14', '2-53 07 2B')
    """
    return ascii_digits(DASHES.sub("-", unicodedata.normalize("NFKC", DASHES.sub("-", line(text)))))


# Comparing -----------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case without accents, ligatures or letters of elsewhere; digits 0 to 9; one apostrophe.

    >>> fold("Straße"), fold("ŁÓDŹ"), fold("l’Œuf")
    ('strasse', 'lodz', "l'oeuf")
    """
    plain = clean(text).lower()
    if plain.isascii():
        return plain.translate(LETTERS) if "`" in plain else plain
    plain = unicodedata.normalize("NFKD", plain.translate(LETTERS)).lower()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return ascii_digits(letters.translate(LETTERS))


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


def apart(text: str) -> str:
    """*text* cleaned, every kind of apostrophe the plain one: to be parted into words.

    >>> apart("lʼécole")
    "l'école"
    """
    return clean(text).translate(dict.fromkeys(map(ord, APOSTROPHES), "'"))
