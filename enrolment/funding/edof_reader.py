"""Reading what EDOF gives: a table, a text, the subjects of its mails. Pure: bytes in, rows out.

EDOF is where a training body works with Mon Compte Formation. Its columns are not known for sure and change: they are
recognised by words in their headers, and staff correct what was recognised. Of its mails only the subject is known,
« [Non traité] Dossier de formation n°… » (training bodies' forums).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core import spreadsheets
from core.text import as_number, decode, fold, line, name_key
from enrolment.models.funding import Milestone

SUBJECT = re.compile(
    r"\[(?P<state>[^\]]{3,40})\]\s*dossiers? de formation\s*(?:n\s*[°ºo]?)?\s*[:#]?\s*(?P<number>[\w-]{4,40})",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\b[A-Za-z]{0,4}-?\d[\d-]{5,}\b")
DAY = re.compile(r"\b(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})\b")
AMOUNT = re.compile(r"(\d[\d\s.]*(?:,\d{1,2})?)\s*(?:€|euros?\b)")

MEANINGS: dict[str, str] = {
    "number": "Numéro du dossier",
    "name": "Nom",
    "first_name": "Prénom",
    "training": "Formation",
    "start": "Début de la session",
    "state": "État",
    "amount": "Montant",
    "on": "Date de cet état",
}
"""What a column may mean, in the words of the page where staff correct it."""
WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "number": (
        ("numero", "dossier"),
        ("n", "dossier"),
        ("no", "dossier"),
        ("id", "dossier"),
        ("reference", "dossier"),
        ("dossier",),
    ),
    "first_name": (("prenom",),),
    "name": (("nom", "naissance"), ("nom", "titulaire"), ("nom", "stagiaire"), ("nom", "beneficiaire"), ("nom",)),
    "training": (("intitule",), ("titre",), ("nom", "formation"), ("formation",), ("action",)),
    "start": (("debut", "session"), ("date", "debut"), ("debut",), ("session",)),
    "state": (("etat",), ("statut",)),
    "amount": (("montant",), ("prix",), ("cout",), ("total",)),
    "on": (("date", "etat"), ("date", "statut"), ("mise", "jour"), ("modification",), ("maj",)),
}
"""The words that a header has, the surest first; each column gets one meaning, in this order."""
NOT_A_PERSON = {"formation", "organisme", "session", "action", "centre"}
"""A header « nom … » with one of these names something else."""

STATES: tuple[tuple[str, Milestone], ...] = (
    ("non traite", Milestone.REQUESTED),
    ("demande d inscription", Milestone.REQUESTED),
    ("refuse", Milestone.REFUSED),
    ("annul", Milestone.CANCELLED),
    ("abandon", Milestone.CANCELLED),
    ("en formation", Milestone.VALIDATED),
    ("sortie de formation", Milestone.VALIDATED),
    ("service fait", Milestone.VALIDATED),
    ("a valider", Milestone.PROPOSED),
    ("accepte", Milestone.PROPOSED),
    ("proposition", Milestone.PROPOSED),
    ("valide", Milestone.VALIDATED),
)
"""EDOF's states (DOMAIN, from training bodies) and the milestone that each shows to be passed; the first that fits."""


@dataclass(frozen=True)
class EdofRow:
    """One file of EDOF, as far as the line tells. Empty: not told."""

    line: int
    number: str = ""
    name: str = ""
    first_name: str = ""
    training: str = ""
    start: date | None = None
    state: str = ""
    amount: Decimal | None = None
    on: date | None = None
    names_free: bool = False
    """The name was cut out of a free text: its words may be in any order, among others."""

    @property
    def milestone(self) -> Milestone | None:
        """What the state shows to be passed; None for a state that is not known."""
        words = name_key(self.state)
        return next((milestone for text, milestone in STATES if text in words), None)

    def as_json(self) -> dict[str, Any]:
        """What it says, as a French page writes it."""
        return {name: spreadsheets.french(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Reading:
    """What was read. *headers* and *mapping* (meaning → column) of a table; *refused*: lines that say nothing."""

    rows: tuple[EdofRow, ...]
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, int] | None = None
    refused: tuple[tuple[int, str], ...] = ()


def read(content: bytes, mapping: Mapping[str, int] | None = None) -> Reading:
    """The files in what staff gave. *mapping* corrects the columns. Raises ``spreadsheets.UnreadableError``."""
    table = spreadsheets.rows_of(content)
    found = _header(table)
    if found is None and not mapping:
        return _free(_lines(content, table))
    place = found or 0
    headers = tuple(spreadsheets.text_of(cell) for cell in table[place])
    columns = dict(mapping) if mapping else recognise(headers)
    rows, refused = [], []
    for number, cells in enumerate(table[place + 1 :], place + 2):
        row = _of_cells(number, cells, columns)
        if row.number or row.name:
            rows.append(row)
        elif any(spreadsheets.text_of(cell) for cell in cells):
            refused.append((number, line(" ".join(map(spreadsheets.text_of, cells)))[:80]))
    return Reading(tuple(rows), headers, columns, tuple(refused))


def recognise(headers: Sequence[str]) -> dict[str, int]:
    """Which column means what, by the words of its header.

    >>> recognise(["N° de dossier", "Nom du titulaire", "Prénom", "Statut", "Date de début"])
    {'number': 0, 'first_name': 2, 'name': 1, 'start': 4, 'state': 3}
    """
    words = [set(name_key(header).split()) for header in headers]
    columns: dict[str, int] = {}
    for meaning, choices in WORDS.items():
        for wanted in choices:
            fits = [
                place
                for place, has in enumerate(words)
                if has.issuperset(wanted)
                and place not in columns.values()
                and not (meaning == "name" and has & NOT_A_PERSON)
            ]
            if fits:
                columns[meaning] = fits[0]
                break
    return columns


def _header(table: Sequence[Sequence[Any]]) -> int | None:
    """The place of the row of headers among the first ones: at least two columns are recognised, a key among them."""
    for place, row in enumerate(table[:5]):
        columns = recognise([spreadsheets.text_of(cell) for cell in row])
        if len(columns) > 1 and columns.keys() & {"number", "name"}:
            return place
    return None


def _of_cells(number: int, cells: Sequence[Any], columns: Mapping[str, int]) -> EdofRow:
    def cell(meaning: str) -> Any:
        place = columns.get(meaning, -1)
        return cells[place] if 0 <= place < len(cells) else None

    return EdofRow(
        line=number,
        number=number_key(spreadsheets.text_of(cell("number"))),
        name=line(spreadsheets.text_of(cell("name"))),
        first_name=line(spreadsheets.text_of(cell("first_name"))),
        training=line(spreadsheets.text_of(cell("training"))),
        start=_day(cell("start")),
        state=line(spreadsheets.text_of(cell("state"))),
        amount=_amount(cell("amount")),
        on=_day(cell("on")),
    )


def _lines(content: bytes, table: Sequence[Sequence[Any]]) -> list[str]:
    """The lines of a text as they were written, or of a sheet, its cells side by side."""
    if content.startswith(spreadsheets.XLSX_MARK):
        return [line(" ".join(spreadsheets.text_of(cell) for cell in row)) for row in table]
    return [line(each) for each in decode(content).splitlines()]


def _free(lines: Sequence[str]) -> Reading:
    """Subjects of mails, or lines that each tell of one file."""
    rows, refused = [], []
    for number, text in enumerate(lines, 1):
        if not text:
            continue
        if subject := SUBJECT.search(text):
            rows.append(EdofRow(number, number_key(subject["number"]), state=line(subject["state"])))
        elif (row := _of_text(number, text)).number:
            rows.append(row)
        else:
            refused.append((number, text[:80]))
    return Reading(tuple(rows), refused=tuple(refused))


def _of_text(number: int, text: str) -> EdofRow:
    """A number, a day, an amount, a state, and names among what is left."""
    file_number = NUMBER.search(DAY.sub(" ", AMOUNT.sub(" ", text)))
    found_day, found_amount = DAY.search(text), AMOUNT.search(text)
    key = name_key(text)
    state = next((words for words, _ in STATES if words in key), "")
    rest = NUMBER.sub(" ", DAY.sub(" ", AMOUNT.sub(" ", text)))
    return EdofRow(
        line=number,
        number=number_key(file_number[0]) if file_number else "",
        name=line(rest),
        start=_day(found_day[1]) if found_day else None,
        state=state,
        amount=_amount(found_amount[1]) if found_amount else None,
        names_free=True,
    )


def number_key(text: str) -> str:
    """A file number as it is compared: letters and digits, upper case."""
    return re.sub(r"[^0-9A-Z]", "", as_number(fold(text)).upper())


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = DAY.search(as_number(spreadsheets.text_of(value)))
    if not written:
        return None
    try:
        return datetime.strptime(written[1], "%d/%m/%Y" if "/" in written[1] else "%Y-%m-%d").date()  # noqa: DTZ007  a day
    except ValueError:
        return None


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, int | float):
        return Decimal(str(value)).quantize(Decimal("0.01"))
    bare = re.sub(r"[^\d,.-]", "", as_number(spreadsheets.text_of(value)))
    bare = bare.replace(".", "").replace(",", ".") if "," in bare else bare
    try:
        return Decimal(bare).quantize(Decimal("0.01")) if bare else None
    except InvalidOperation:
        return None
