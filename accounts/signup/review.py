"""The check of the answers: each as a person reads it, with the way to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from accounts.contact import addresses, phones
from accounts.identity.nir import Nir
from accounts.models import Diploma


@dataclass(frozen=True)
class Row:
    """One answer; *url* leads to the step that changes it, and is empty when nothing there can be changed."""

    label: str
    lines: list[str]
    url: str


def rows(values: Mapping[str, Any], urls: Mapping[str, str], *, certified: bool = False) -> list[Row]:
    """The answers in the order of the steps; the number shows its last figures only, someone may look on.

    ``certified``: the name comes from FranceConnect and is not changed here.
    """
    identity, contact, home = urls.values()
    nir: Nir | None = values.get("nir")
    shown = [
        ("Nom de naissance", [values.get("birth_name", "")], "" if certified else identity),
        ("Numéro de sécurité sociale", [f"se termine par {nir.digits13[-3:]} {nir.key}"] if nir else [], identity),
        ("Diplôme le plus élevé", [Diploma(values.get("diploma", "")).label], identity),
        ("Téléphone mobile", [phones.shown(values.get("mobile", ""))], contact),
        ("Téléphone fixe", [phones.shown(values.get("landline", ""))], contact),
        ("Adresse mail personnelle", [values.get("email", "")], contact),
        ("Adresse de domicile", _address(values), home),
    ]
    return [Row(label, lines, url) for label, lines, url in shown if any(lines)]


def _address(values: Mapping[str, Any]) -> list[str]:
    parts = ("street_number", "repetition", "street_type", "street_name", "address_extra", "locality")
    names = (*parts, "postal_code", "city", "country")
    return addresses.lines(SimpleNamespace(**{name: values.get(name, "") for name in names}))
