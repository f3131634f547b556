"""The social-security number (NIR): read it in any spacing, say what is wrong with it, compare it with a person.

Pure: no request, no query, no clock. ``S YY MM DD CCC OOO KK``: sex, year, month, department, commune, order, key
(13 characters, then the key). Rules: INSEE, *numéro d'inscription au répertoire*; key by python-stdnum.

By law (décret 2019-341) few may process this number: it is never stored, logged or mailed. Only ``digest`` of the
13 characters is kept.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.fr import nir as stdnum_nir

from core.encryption import keyed_digest
from core.text import as_number

LENGTH = 13
LENGTH_WITH_KEY = 15
SAMPLE_CARD = "2690549588157"
"""The 13 characters on the specimen card that the health funds publish."""
SEXES = {"1": "M", "2": "F", "3": "M", "4": "F", "7": "M", "8": "F"}
"""1 and 2; 3, 4, 7 and 8 are people being registered (NIA)."""
PSEUDO_MONTHS = frozenset(range(20, 43)) | frozenset(range(50, 100))
"""Months that say that the month of birth is not known."""
IGNORED = re.compile(r"[\s.,:;·•'\-_/]+")

ROW = re.compile(r"[0-9](?:[\s.,:;·•'\-_/]*[0-9AB](?![C-Z]))*")
"""Figures in a row, however parted, with the letters of Corsica."""
WHOLE = re.compile(r"[0-9]{6}[0-9AB][0-9]{6}")

type KeyRule = Literal["required", "optional", "refused"]
"""Whether the two figures of the key are typed: required (15), optional (13 or 15), refused (13)."""

MESSAGES = {
    "empty": "Saisissez votre numéro de sécurité sociale",
    "not_a_number": "Le numéro de sécurité sociale ne contient que des chiffres (et A ou B pour la Corse)",
    "too_short": "Il manque des chiffres à votre numéro de sécurité sociale : {expected}, vous en avez saisi {typed}",
    "too_long": "Votre numéro de sécurité sociale a trop de chiffres : {expected}, vous en avez saisi {typed}",
    "wrong_key": (
        "Le numéro et sa clé ne vont pas ensemble : le plus souvent, un chiffre est mal recopié. "
        "Comparez chaque chiffre avec votre carte Vitale"
    ),
    "impossible_sex": "Le premier chiffre du numéro est 1 ou 2 (3, 4, 7 ou 8 en cours d'immatriculation) : vérifiez-le",
    "impossible_month": "Le mois de naissance du numéro (4e et 5e chiffres) n'existe pas : vérifiez ces deux chiffres",
    "impossible_place": "Le lieu de naissance du numéro (du 6e au 10e caractère) n'existe pas : vérifiez-les",
    "impossible_order": "Les 11e, 12e et 13e chiffres du numéro ne peuvent pas être 000 : vérifiez-les",
    "sample_card": "Ce numéro est celui de la carte Vitale d'exemple : saisissez celui de votre propre carte",
}
EXPECTED = {
    "required": "il en faut 15, les 13 et les 2 de la clé",
    "optional": "il en faut 13, ou 15 avec la clé",
    "refused": "il en faut 13",
}


class NirError(ValueError):
    """What was typed is no NIR. ``code`` names the cause (a key of ``MESSAGES``); the text says what to do."""

    def __init__(self, code: str, *, key: KeyRule = "required", typed: int = 0) -> None:
        self.code = code
        super().__init__(MESSAGES[code].format(expected=EXPECTED[key], typed=typed))


@dataclass(frozen=True, repr=False)
class Nir:
    """A well-formed number. Its text form says nothing, so that no log or error page can show it."""

    digits13: str
    key: str

    def __repr__(self) -> str:
        return "<Nir>"

    @property
    def sex(self) -> Literal["M", "F"]:
        """The sex registered at birth."""
        return "M" if SEXES[self.digits13[0]] == "M" else "F"

    @property
    def year2(self) -> int:
        """Last two figures of the year of birth, 0 to 99."""
        return int(self.digits13[1:3])

    @property
    def month(self) -> int | None:
        """Month of birth, None for the pseudo-months."""
        month = int(self.digits13[3:5])
        return month if 1 <= month <= 12 else None

    @property
    def place(self) -> str:
        """Five characters: department and commune (COG), or 99 and the country."""
        return self.digits13[5:10]


def parse(text: str, key: KeyRule = "required") -> Nir:
    """The number typed as *text*, in any spacing and case. Raises NirError.

    The causes are looked for in the order that helps most: length, then the parts that cannot be (they say which
    figures to look at), then the key, which nearly every slip breaks without saying where.
    """
    typed = IGNORED.sub("", as_number(text)).upper()
    _check_characters(typed, key)
    number, given_key = typed[:LENGTH], typed[LENGTH:]
    right_key = stdnum_nir.calc_check_digits(number)
    if number == SAMPLE_CARD:
        raise NirError("sample_card")
    if problem := _impossible_part(number):
        raise NirError(problem)
    if given_key and given_key != right_key:
        raise NirError("wrong_key")
    return Nir(number, right_key)


def is_in(text: str) -> bool:
    """Whether *text*, whatever stands around, holds what may be such a number, right or mistyped.

    Twelve characters or more that begin as one, or a part of a longer row of figures that could be one: no telephone
    of France is so long, with its prefix or without.
    """
    rows = (IGNORED.sub("", row) for row in ROW.findall(as_number(text).upper()))
    return any(_may_hold(row) for row in rows)


def _may_hold(row: str) -> bool:
    if len(row) >= LENGTH - 1 and row[0] in SEXES:
        return True
    parts = (row[start : start + LENGTH] for start in range(len(row) - LENGTH + 1))
    return any(WHOLE.fullmatch(part) and not _impossible_part(part) for part in parts)


def _check_characters(typed: str, key: KeyRule) -> None:
    lengths = {"required": {LENGTH_WITH_KEY}, "optional": {LENGTH, LENGTH_WITH_KEY}, "refused": {LENGTH}}[key]
    if not typed:
        raise NirError("empty")
    if not re.fullmatch(r"[0-9]{0,6}|[0-9]{6}[0-9AB][0-9]*", typed, re.ASCII):
        raise NirError("not_a_number")
    if len(typed) in lengths:
        if typed[6] in "AB" and typed[5] != "2":
            raise NirError("impossible_place")
        return
    code = "too_long" if len(typed) > max(lengths) else "too_short"
    raise NirError(code, key=key, typed=len(typed))


def _impossible_part(number: str) -> str | None:
    if number[0] not in SEXES:
        return "impossible_sex"
    month = int(number[3:5])
    if not (1 <= month <= 12 or month in PSEUDO_MONTHS):
        return "impossible_month"
    if not _place_exists(number[5:10]):
        return "impossible_place"
    return "impossible_order" if number[10:13] == "000" else None


def _place_exists(place: str) -> bool:
    """Whether a department (or country) and commune may stand at positions 6 to 10."""
    if place[:2] in {"2A", "2B"}:
        return place[2:] != "000"
    if place[:2] in {"97", "98"}:  # three figures of the department, two of the commune
        return place[2] != "0" and place[3:] != "00"
    return place[2:] != "000" and (1 <= int(place[:2]) <= 96 or place[:2] == "99")


def digest(nir: Nir, *, pepper: str | None = None) -> str:
    """What is kept of a number: HMAC of its 13 characters under ``NIR_PEPPER``, 64 hexadecimal characters."""
    return keyed_digest(nir.digits13, purpose="nir", pepper=pepper)


MOVED = {
    "75": {"92", "93", "94"},  # Seine
    "78": {"91", "92", "93", "94", "95"},  # Seine-et-Oise
    "20": {"2A", "2B"},  # one Corsica until 1976
    "971": {"977", "978"},  # Saint-Barthélemy and Saint-Martin until 2007
    "985": {"976"},  # Mayotte until 2011
    # Communes that went to the department next to theirs, one by one or, around Lyon, by law in 1967.
    "01": {"69"},
    "02": {"51", "59"},
    "14": {"50"},
    "28": {"91"},
    "38": {"69"},
    "39": {"25"},
    "44": {"49"},
    "49": {"44"},
    "50": {"14"},
    "51": {"52"},
    "52": {"70"},
    "55": {"54"},
    "79": {"49"},
    "80": {"62"},
    "91": {"78"},
}
"""By department as a number may tell it: where its communes are today, besides under their own number.

Sources: former codes of communes in ``@etalab/decoupage-administratif`` 6.0.0 (INSEE, code officiel géographique);
law 64-707 of 1964 (Paris region, in force in 1968); INSEE for overseas (985 became 976, 971 gave 977 and 978).
"""


def agrees(
    nir: Nir, sex: str | None = None, birth_date: date | None = None, birthplace_cog: str | None = None
) -> list[str]:
    """Names of the parts that contradict what is known of the person: ``sex``, ``birth_date``, ``birthplace``.

    Only what both sides know is compared: a pseudo-month says nothing of the month. Of the place the departments
    alone are, communes merge; those that changed number are one (``MOVED``), and a code that is no commune's of
    France (a country, a word) says nothing.
    """
    wrong = []
    if sex and sex != nir.sex:
        wrong.append("sex")
    if birth_date and not _date_agrees(nir, birth_date):
        wrong.append("birth_date")
    if birthplace_cog and not _place_agrees(nir, birthplace_cog):
        wrong.append("birthplace")
    return wrong


def _date_agrees(nir: Nir, birth_date: date) -> bool:
    same_month = nir.month is None or nir.month == birth_date.month
    return same_month and birth_date.year % 100 == nir.year2


def _place_agrees(nir: Nir, cog: str) -> bool:
    if nir.place == cog or not is_commune(cog):
        return True
    then, now = department(nir.place), department(cog)
    return then == now or now in MOVED.get(then, ()) or then in MOVED.get(now, ())


def is_commune(cog: str) -> bool:
    """Whether a code has the form of a commune of France, not of a country (99…) nor of anything else."""
    return bool(re.fullmatch(r"(?:[0-9]{2}|2[AB])[0-9]{3}", cog)) and cog[:2] != "99" and _place_exists(cog)


def department(place: str) -> str:
    """The department of a place of five characters: three of them overseas."""
    return place[:3] if place[:2] in {"97", "98"} else place[:2]
