"""Reading and writing the cells of French spreadsheets. Every mistake says what to write instead."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import tablib
from import_export import widgets
from import_export.formats.base_formats import CSV, XLSX

from core.text import as_number, clean

NO = {"non", "n", "0", "faux", "false", ""}
YES = {"oui", "o", "1", "vrai", "true", "x"}


def text(value: Any) -> str:
    """What a cell says: a whole number loses the decimals that a spreadsheet gave it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value)).strip()


def decimal(value: Any) -> Decimal | None:
    """« 1 200,50 », « 1200.5 €», 1200.5; None when empty. Raises ValueError."""
    written = re.sub(r"[\s€]", "", as_number(text(value))).replace(",", ".")
    if not written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise ValueError(f"« {text(value)} » n'est pas un nombre : écrivez par exemple 200,00.") from None
    if not number.is_finite():
        raise ValueError(f"« {text(value)} » n'est pas un nombre : écrivez par exemple 200,00.")
    return number.quantize(Decimal("0.0001")).normalize() if isinstance(value, float) else number


def whole(value: Any) -> int | None:
    """A whole number; None when empty. Raises ValueError."""
    number = decimal(value)
    if number is not None and number != number.to_integral_value():
        raise ValueError(f"« {text(value)} » n'est pas un nombre entier.")
    return None if number is None else int(number)


def day(value: Any) -> date | None:
    """A date cell, « 31/12/2026 » or « 2026-12-31 »; None when empty. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = as_number(text(value))
    if not written:
        return None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"):
        try:
            return datetime.strptime(written, pattern).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    shape = re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", written)
    raise ValueError(
        f"Le {written} n'existe pas dans le calendrier."
        if shape
        else f"« {written} » n'est pas une date : écrivez par exemple 31/12/2026."
    )


def yes_or_no(value: Any) -> bool:
    """« oui », « non », empty for no. Raises ValueError."""
    written = text(value).lower()
    if written in YES | NO:
        return written in YES
    raise ValueError(f"« {text(value)} » : écrivez oui ou non.")


# What import-export asks for -----------------------------------------------------------------------


class TextWidget(widgets.Widget):
    """A text without the spaces around it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return text(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return text(value)


class ReferenceWidget(TextWidget):
    """A reference in lower case."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return text(value).lower()


class DecimalWidget(widgets.Widget):
    """A decimal number with a comma; exported as a number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        return decimal(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class ChoiceWidget(widgets.Widget):
    """One of a few words, in the words that staff read."""

    def __init__(self, choices: Mapping[str, str], name: str) -> None:
        super().__init__()
        self.labels = dict(choices)
        self.values = {label: value for value, label in self.labels.items()}
        self.name = name

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        written = text(value).lower()
        if written in self.values:
            return self.values[written]
        raise ValueError(f"{self.name} « {text(value)} » inconnu : écrivez {', '.join(self.values)}.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, "")


class NameWidget(widgets.Widget):
    """A row of another list by its name; the whole list is read once for a file."""

    def __init__(self, model: Any, name: str, attribute: str = "name", *, optional: bool = False) -> None:
        super().__init__()
        self.model, self.name, self.attribute, self.optional = model, name, attribute, optional
        self._known: dict[str, Any] | None = None

    def forget(self) -> None:
        """Read the list again at the next use."""
        self._known = None

    def find(self, written: str) -> Any:
        """The row with this name. Raises ValueError."""
        if self._known is None:
            self._known = {str(getattr(row, self.attribute)).lower(): row for row in self.model.objects.all()}
        try:
            return self._known[written.lower()]
        except KeyError:
            raise ValueError(f"{self.name} « {written} » inconnu : corrigez le nom ou créez-le d'abord.") from None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        written = text(value)
        if written:
            return self.find(written)
        if self.optional:
            return None
        raise ValueError(f"{self.name} manquant.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(getattr(value, self.attribute)) if value else ""


class NamesWidget(widgets.ManyToManyWidget):
    """Several rows by their names, parted by « | »."""

    def __init__(self, model: Any, name: str) -> None:
        super().__init__(model, separator="|", field="name")
        self.one = NameWidget(model, name)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        return [self.one.find(part.strip()) for part in text(value).split("|") if part.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return " | ".join(sorted(row.name for row in value.all())) if value else ""


class FrenchCSV(CSV):
    """CSV as French spreadsheets write it: « ; », comma in decimals, dd/mm/yyyy, a BOM; Windows' encoding is read."""

    def get_title(self) -> str:
        return "csv"

    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        try:
            content = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            content = in_stream.decode("cp1252", errors="replace")
        first = content.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(content), delimiter=max(";,\t", key=first.count)))
        return dataset_of(rows)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(dataset.headers)
        writer.writerows([_french(value) for value in row] for row in dataset)
        return b"\xef\xbb\xbf" + out.getvalue().encode()


class FrenchXLSX(XLSX):
    """The first sheet of an Excel file; rows without a value are no rows."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        read = super().create_dataset(in_stream)
        return dataset_of([read.headers, *read])


def dataset_of(rows: list[Any]) -> tablib.Dataset:
    """The table of these rows, the first being the headers; empty lines and short rows are put right."""
    headers = [text(header).lower() for header in (rows[0] if rows else [])]
    while headers and not headers[-1]:
        headers.pop()
    dataset = tablib.Dataset(headers=headers)
    for row in rows[1:]:
        cells = [*row, *[""] * len(headers)][: len(headers)]
        if any(text(cell) for cell in cells):
            dataset.append(cells)
    return dataset


def _french(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return text(value)
