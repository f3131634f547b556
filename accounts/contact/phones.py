"""Phone numbers: read in any spacing, stored E.164, shown as people read them. Rules by ``phonenumbers``."""

from functools import cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from core.text import as_number

type Kind = Literal["mobile", "landline"]

TEN_FIGURES = ("FR", "RE", "GP", "GF", "MQ", "YT", "PM")
"""France and the overseas lands whose numbers have ten figures and begin with 0; the others are typed with +."""

MESSAGES = {
    "not_a_phone": "Saisissez un numéro de téléphone à 10 chiffres, par exemple {example}, ou avec l'indicatif (+32…)",
    "is_landline": "Ce numéro est celui d'un téléphone fixe : saisissez-le dans « Téléphone fixe »",
    "is_mobile": "Ce numéro est celui d'un téléphone mobile : saisissez-le dans « Téléphone mobile »",
    "is_special": "Ce numéro est un numéro de service : saisissez celui où l'on peut vous joindre",
}
EXAMPLES = {"mobile": "06 39 98 12 34", "landline": "05 49 00 12 34"}
FICTION = "63998"
"""06 39 98 … is kept for fiction by the telecoms authority (ARCEP): nobody's, so it serves in examples and demos."""
EITHER = frozenset({PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN, PhoneNumberType.PERSONAL_NUMBER})
OF_KIND = {
    "mobile": EITHER | {PhoneNumberType.MOBILE},
    "landline": EITHER | {PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP},
}
OTHER = {
    PhoneNumberType.MOBILE: "is_mobile",
    PhoneNumberType.FIXED_LINE: "is_landline",
    PhoneNumberType.VOIP: "is_landline",
}


class PhoneError(ValueError):
    """What was typed cannot be this kind of phone; ``code`` is a key of ``MESSAGES``."""

    def __init__(self, code: str, kind: Kind) -> None:
        self.code = code
        super().__init__(MESSAGES[code].format(example=EXAMPLES[kind]))


def parse(text: str, kind: Kind) -> str:
    """The number in E.164, « +33639981234 ». Raises PhoneError."""
    number = _number(text)
    if number is None:
        raise PhoneError("not_a_phone", kind)
    number_type = phonenumbers.number_type(number)
    if number_type not in OF_KIND[kind]:
        raise PhoneError(OTHER.get(number_type, "is_special"), kind)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(e164: str) -> str:
    """« 06 39 98 12 34 » for a number of France, « +32 470 12 34 56 » for another; anything else as it is."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    french = phonenumbers.region_code_for_number(number) in TEN_FIGURES
    style = PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


@cache
def link(text: str) -> str:
    """« tel:+33549001234 » for a number as people write it; a short or special number as it is, without spaces."""
    number = _number(text)
    digits = phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else "".join(text.split())
    return f"tel:{digits}" if digits else ""


def _number(text: str) -> phonenumbers.PhoneNumber | None:
    typed = as_number(text)
    typed = f"+{typed[2:]}" if typed.startswith("00") else typed
    for region in [None] if typed.startswith("+") else TEN_FIGURES:
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            continue
        if _exists(number) and not number.extension:
            return number
    return None


def _exists(number: phonenumbers.PhoneNumber) -> bool:
    fiction = number.country_code == 33 and str(number.national_number).startswith(FICTION)
    return phonenumbers.is_valid_number(number) or (fiction and phonenumbers.is_possible_number(number))
