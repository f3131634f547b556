"""What was typed beside what the document shows: the items to compare, what is known of each, the copies themselves."""

import base64
from collections.abc import Sequence
from datetime import date
from typing import Any

from core import french
from enrolment.identity_checks.checks import IDENTITY_FIELDS
from enrolment.identity_checks.hints import Hint
from enrolment.models import IdentityCheck, IdentityDocument

ITEMS_WITH_HINTS = {"Nom de naissance": "nom de naissance", "Mois de naissance": "date de naissance"}
"""The hints that belong beside one item, and its label; the others stand below."""


def typed(check: IdentityCheck) -> dict[str, tuple[str, str]]:
    """What was typed and is to be compared with the document: label and value by name, without what is empty."""
    found = {}
    for field in check._meta.concrete_fields:
        if field.name in IDENTITY_FIELDS and (value := getattr(check, field.name)):
            shown = french.day(value, weekday=False) if isinstance(value, date) else str(value)
            found[field.name] = (str(field.verbose_name), shown)
    return found


def items(check: IdentityCheck, found: Sequence[Hint], ticked: set[str]) -> list[dict[str, Any]]:
    """One line an item: what was typed, what is known of it, whether it was ticked already."""
    return [
        {"name": name, "label": label, "value": value, "hint": hint_of(found, label), "checked": name in ticked}
        for name, (label, value) in typed(check).items()
    ]


def other_hints(found: Sequence[Hint]) -> list[Hint]:
    """What is known besides the items."""
    return [hint for hint in found if hint.what not in ITEMS_WITH_HINTS]


def hint_of(found: Sequence[Hint], label: str) -> Hint | None:
    """What is known of the item of this label."""
    return next((hint for hint in found if ITEMS_WITH_HINTS.get(hint.what) == label), None)


def data_uri(document: IdentityDocument, content: bytes) -> str:
    """An image inside the page itself, so that no address leads to it; empty for a PDF."""
    if not document.content_type.startswith("image/"):
        return ""
    return f"data:{document.content_type};base64,{base64.b64encode(content).decode()}"
