"""Reading a file of the register: one line at a time, by header names, in all the forms it has had.

The register is published each quarter as one file for each kind of mandate, with ``;`` between the columns.
Labels, encodings and the way dates are written have changed over the years (DOMAIN, « RNE »). Pure: no query.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import BinaryIO, TextIO

from accounts.mandates.recognition import register_key
from accounts.models import Mandate
from core.text import as_number, encoding_of, line, name_key

ALIASES: dict[str, tuple[str, ...]] = {
    "department": ("code du departement", "code departement", "code de la section departementale"),
    "commune": ("code de la commune", "code commune", "code insee"),
    "commune_name": ("libelle de la commune", "nom de la commune", "libelle commune"),
    "epci": ("n siren", "no siren", "numero siren", "siren", "code siren"),
    "epci_name": ("libelle de l epci", "nom de l epci"),
    "canton": ("code du canton",),
    "canton_name": ("libelle du canton",),
    "region": ("code de la region",),
    "region_name": ("libelle de la region",),
    "name": ("nom de l elu", "nom de l elu e", "nom"),
    "first_name": ("prenom de l elu", "prenom de l elu e", "prenom"),
    "sex": ("code sexe", "sexe"),
    "birth_date": ("date de naissance",),
    "start": ("date de debut du mandat", "date de debut de mandat"),
    "function": ("libelle de la fonction", "libelle de fonction", "fonction"),
}
"""By meaning, the headers it has had, normalised (no accent, no sign, lower case)."""

REQUIRED = {
    "department": "Code du département",
    "name": "Nom de l'élu",
    "first_name": "Prénom de l'élu",
    "sex": "Code sexe",
    "birth_date": "Date de naissance",
    "start": "Date de début du mandat",
}

PLAIN_FUNCTIONS = {
    Mandate.Kind.MUNICIPAL: {"F": "Conseillère municipale", "M": "Conseiller municipal"},
    Mandate.Kind.EPCI: {"F": "Conseillère communautaire", "M": "Conseiller communautaire"},
    Mandate.Kind.DEPARTMENTAL: {"F": "Conseillère départementale", "M": "Conseiller départemental"},
    Mandate.Kind.REGIONAL: {"F": "Conseillère régionale", "M": "Conseiller régional"},
}
"""What someone is whose line names no function: the files leave it empty for those who have none."""


class RegisterError(Exception):
    """The file as a whole cannot be read as the register; the text says what is missing."""


class LineError(ValueError):
    """One line cannot be taken; the text says why. ``name_key`` is the person's, when it can be read."""

    name_key = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One mandate as the register tells it."""

    kind: str
    department: str
    place_code: str
    commune_code: str
    place_name: str
    birth_name: str
    first_name: str
    sex: str
    birth_date: date | None
    start: date | None
    function: str

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return register_key(self.birth_name)

    @property
    def key(self) -> str:
        """Who and where: the same from one quarter to the next, when the function or a date changes."""
        born = self.birth_date.isoformat() if self.birth_date else ""
        parts = (self.kind, self.place_code, self.name_key, register_key(self.first_name), born)
        return hashlib.blake2b("|".join(parts).encode(), digest_size=16).hexdigest()


@contextmanager
def open_register(file: BinaryIO) -> Iterator["Register"]:
    """A file of the register, for one reading; *file* stays the caller's to close. Raises ``RegisterError``."""
    head = file.read(65_536)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding_of(head), errors="replace", newline="")
    try:
        yield Register(text)
    finally:
        text.detach()


class Register:
    """The lines of a file of the register. Raises ``RegisterError`` when it is not one."""

    def __init__(self, text: TextIO) -> None:
        first = text.readline()
        delimiter = max(";,\t", key=first.count)
        header = next(csv.reader([first], delimiter=delimiter), [])
        self._rows = csv.reader(text, delimiter=delimiter)
        self._width = len(header)
        self.columns = _columns(header)
        self.kind, self.is_complete = _kind(self.columns)

    def lines(self) -> Iterator[tuple[int, str, list[str]]]:
        """Number (the header is line 1), department and cells of each line that is not empty."""
        department = self.columns["department"]
        for row in self._rows:
            if any(row):
                code = line(row[department]).zfill(2) if len(row) > department else ""
                yield self._rows.line_num + 1, code, row

    def entry(self, department: str, row: list[str], today: date) -> Entry:
        """The mandate on a line. Raises ``LineError``."""
        if len(row) != self._width:
            raise LineError(f"{len(row)} colonnes au lieu de {self._width}")
        cell = {name: line(row[position]) for name, position in self.columns.items()}
        try:
            return self._entry(department, cell, today)
        except LineError as error:
            error.name_key = register_key(cell["name"])
            raise

    def _entry(self, department: str, cell: dict[str, str], today: date) -> Entry:
        name, first_name = _name(cell["name"], "nom"), _name(cell["first_name"], "prénom")
        sex = cell["sex"].upper()
        if sex not in {"F", "M", ""}:
            raise LineError(f"sexe inconnu : « {sex[:10]} »")
        born = _date(cell["birth_date"], "date de naissance")
        start = _date(cell["start"], "date de début du mandat")
        if born and not (date(1900, 1, 1) <= born <= today):
            raise LineError("date de naissance impossible")
        if born and start and start <= born:
            raise LineError("mandat commencé avant la naissance")
        commune = _commune_code(department, cell.get("commune", ""))
        place_code, place_name = self._place(department, commune, cell)
        if not place_code:
            raise LineError("collectivité manquante")
        plain = PLAIN_FUNCTIONS[self.kind].get(sex, PLAIN_FUNCTIONS[self.kind]["M"])
        function = (cell.get("function", "") or plain) if self.is_complete else "Maire"
        return Entry(
            kind=self.kind,
            department=department,
            place_code=place_code,
            commune_code=commune if self.kind == Mandate.Kind.MUNICIPAL else "",
            place_name=place_name[:200],
            birth_name=name,
            first_name=first_name,
            sex=sex,
            birth_date=born,
            start=start,
            function=function[:120],
        )

    def _place(self, department: str, commune: str, cell: dict[str, str]) -> tuple[str, str]:
        """Code and name of the assembly."""
        if self.kind == Mandate.Kind.MUNICIPAL:
            return commune, cell.get("commune_name", "")
        if self.kind == Mandate.Kind.EPCI:
            return cell["epci"], cell.get("epci_name", "")
        if self.kind == Mandate.Kind.DEPARTMENTAL:
            canton = cell.get("canton_name", "")
            return f"{department}-{cell['canton']}", f"Canton de {canton}" if canton else ""
        return cell["region"], cell.get("region_name", "")


def _columns(header: list[str]) -> dict[str, int]:
    positions = {name_key(label): position for position, label in enumerate(header)}
    columns = {
        name: next(positions[alias] for alias in aliases if alias in positions)
        for name, aliases in ALIASES.items()
        if any(alias in positions for alias in aliases)
    }
    missing = [label for name, label in REQUIRED.items() if name not in columns]
    if missing:
        raise RegisterError(f"Ce fichier n'est pas du répertoire national des élus : il manque {', '.join(missing)}.")
    return columns


def _kind(columns: dict[str, int]) -> tuple[Mandate.Kind, bool]:
    """The kind of mandate, and whether the file holds all of them: that of the mayors is a part of the councillors."""
    if "epci" in columns:
        return Mandate.Kind.EPCI, True
    if "canton" in columns:
        return Mandate.Kind.DEPARTMENTAL, True
    if "region" in columns:
        return Mandate.Kind.REGIONAL, True
    if "commune" in columns:
        return Mandate.Kind.MUNICIPAL, "function" in columns
    raise RegisterError("Ce fichier n'est pas du répertoire national des élus : il manque Code de la commune.")


def _commune_code(department: str, code: str) -> str:
    """The five characters of the COG; older files leave the department out."""
    return f"{department}{code.zfill(3)}" if 0 < len(code) <= 3 else code.zfill(5) if code else ""


def _name(text: str, what: str) -> str:
    if not name_key(text):
        raise LineError(f"{what} manquant")
    if "\ufffd" in text:
        raise LineError(f"{what} illisible (encodage)")
    if len(text) > 100:
        raise LineError(f"{what} de plus de 100 caractères")
    return text


def _date(text: str, what: str) -> date | None:
    """A date in any form the register has used; None for an empty one."""
    try:
        return parse_date(as_number(text))
    except ValueError:
        raise LineError(f"{what} illisible : « {text[:25]} »") from None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """``2026-03-22``, ``22/03/2026``, ``2026-03-22 00:00:00+00`` or nothing. Raises ValueError."""
    if not text:
        return None
    if "/" in text:
        return datetime.strptime(text[:10], "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone
    if len(text) > 10 and text[10] not in " T":
        raise ValueError(text)
    return date.fromisoformat(text[:10])
