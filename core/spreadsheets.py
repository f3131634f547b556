"""Tables in and out of spreadsheets, as French ones write them. What is no table is refused in words.

A text that a spreadsheet would run as a formula stays a text, both ways: written, it is marked as one; read, the mark
is taken off and what a formula shows is taken, never the formula (OWASP, « CSV injection »). Pure: no Django.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from core.text import clean, decode

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}
"""By ending, what a browser is told that the file is."""

RUN_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""How a text begins that some spreadsheet runs; apostrophes before it would be taken for the mark."""
LARGEST_UNPACKED = 200 * 1024 * 1024
"""An Excel file is an archive: beyond so many bytes once unpacked it is no table of ours."""
MOST_ROWS = 20_000
XLSX_MARK = b"PK\x03\x04"
"""How an Excel file begins: it is an archive."""


class UnreadableError(Exception):
    """The file is no table that can be read; the text says what to do instead."""


class Formula(str):
    """A cell whose formula has no result in the file; the formula itself, to be named and never used."""

    __slots__ = ()


def text_of(value: Any) -> str:
    """What a cell says: a whole number loses the decimals that a spreadsheet gave it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value)).strip()


def french(value: Any) -> str:
    """A value as a French spreadsheet writes it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal | float):
        return text_of(f"{value:f}" if isinstance(value, Decimal) else value).replace(".", ",")
    return text_of(value)


def inert(text: str) -> str:
    """*text* marked by an apostrophe when a spreadsheet would run it; ``bare`` takes the mark off.

    >>> inert("=1+1"), inert("budget"), inert("'=1")
    ("'=1+1", 'budget', "''=1")
    """
    return f"'{text}" if RUN_AS_FORMULA.match(text) else text


def bare(text: str) -> str:
    """*text* without the mark of ``inert``.

    >>> bare("'=1+1"), bare("'tis"), bare("''=1")
    ('=1+1', "'tis", "'=1")
    """
    return text[1:] if text.startswith("'") and RUN_AS_FORMULA.match(text[1:]) else text


# Reading -------------------------------------------------------------------------------------------


def rows_of(content: bytes) -> list[list[Any]]:
    """The rows of a CSV or of the first sheet of an Excel file, the marks of inert texts taken off.

    Raises UnreadableError.
    """
    if not content.strip():
        raise UnreadableError("Ce fichier est vide.")
    if content.startswith(XLSX_MARK):
        rows = _rows_of_xlsx(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError("Ce fichier est d'un ancien format d'Excel (.xls) : enregistrez-le en .xlsx ou en .csv.")
    else:
        rows = rows_of_text(decode(content))
    if len(rows) > MOST_ROWS:
        raise UnreadableError(f"Ce fichier a plus de {MOST_ROWS} lignes : partagez-le en plusieurs.")
    return [[bare(cell) if type(cell) is str else cell for cell in row] for row in rows]


def rows_of_text(text: str) -> list[list[str]]:
    """The rows of a text whose columns are parted by « ; », « , » or tabs; a first line « sep=; » says which.

    Raises UnreadableError.
    """
    if "\0" in text or text.count("\N{REPLACEMENT CHARACTER}") * 20 > len(text):
        raise UnreadableError("Ce fichier n'est pas un tableau : choisissez un fichier .xlsx ou .csv.")
    first, _, rest = text.partition("\n")
    if said := re.fullmatch(r"sep=(.)\r?", first.strip("\ufeff"), re.IGNORECASE):
        delimiter, text = said[1], rest
    else:
        bare_lines = (re.sub(r'"[^"]*"', "", each) for each in text.splitlines())
        telling = next((each for each in bare_lines if re.search("[;\t,]", each)), "")
        delimiter = max(";\t,", key=telling.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UnreadableError(
            "Ce fichier n'est pas lisible : une cellule n'a pas de fin (un guillemet manque). Enregistrez-le de "
            "nouveau depuis votre tableur, en .xlsx si possible."
        ) from None


def _rows_of_xlsx(content: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_size(sum(part.file_size for part in parts))
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
            has_formulas = any(re.search(rb"<f[ >/]", archive.read(part)) for part in sheets)
        shown = _first_sheet(content, data_only=True)
        if not has_formulas:
            return shown
        return [
            [_result(*cells) for cells in zip_longest(*pair)]
            for pair in zip(shown, _first_sheet(content, data_only=False), strict=False)
        ]
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001  whatever a broken archive makes the reader raise, it is no table
        raise UnreadableError(
            "Ce fichier ne se lit pas comme un fichier Excel : il est abîmé, protégé par un mot de passe ou d'un autre "
            "format. Enregistrez-le en .xlsx ou en .csv."
        ) from None


def _check_size(unpacked: int) -> None:
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableError("Ce fichier est trop grand : partagez-le en plusieurs.")


def _first_sheet(content: bytes, *, data_only: bool) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    try:
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True)]
    finally:
        book.close()


def _result(shown: Any, written: Any) -> Any:
    """What a cell shows; a formula that was never computed is named as such."""
    has_no_result = shown is None and isinstance(written, str) and written.startswith("=")
    return Formula(written) if has_no_result else shown


# Writing -------------------------------------------------------------------------------------------


def write(kind: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "Feuille 1") -> bytes:
    """The file of a table: *kind* is ``csv`` or ``xlsx``."""
    return csv_of(headers, rows) if kind == "csv" else xlsx_of(headers, rows, title)


def csv_of(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV as French spreadsheets read it: « ; », comma in decimals, dd/mm/yyyy, UTF-8 with its mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_in_csv(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_of(headers: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "Feuille 1") -> bytes:
    """An Excel file of one sheet, its headers bold and kept in sight; texts are texts, whatever they begin with."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_in_xlsx(sheet, header, bold) for header in headers])
    for row in rows:
        sheet.append([_in_xlsx(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _in_csv(value: Any) -> str:
    return inert(french(value)) if isinstance(value, str) else french(value)


def _in_xlsx(sheet: Any, value: Any, font: Font | None = None) -> Any:
    if isinstance(value, bool):
        value = french(value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"
        return cell
    cell = WriteOnlyCell(sheet)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.value = text if bare(text) == text else f"'{text}"  # read back, it loses one apostrophe
    cell.data_type = "s"
    if RUN_AS_FORMULA.match(value):
        cell.quotePrefix = True
    if font:
        cell.font = font
    return cell
