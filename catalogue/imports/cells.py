"""Reading and writing the cells of French spreadsheets. Every mistake says what to write instead."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import tablib
from import_export import widgets

from core import spreadsheets
from core.text import as_number, fold, line

ERASE = "(vide)"
"""What staff write in a cell to erase what is recorded; an empty cell leaves it as it is."""
NO = {"non", "n", "0", "faux", "false", ""}
YES = {"oui", "o", "1", "vrai", "true", "x"}


def text(value: Any) -> str:
    """What a cell says; nothing when it says to erase. Raises ValueError for a formula without a result."""
    if isinstance(value, spreadsheets.Formula):
        raise ValueError(f"la cellule contient une formule sans résultat ({value[:40]}) : écrivez sa valeur.")  # noqa: TRY004
    said = spreadsheets.text_of(value)
    return "" if said == ERASE else said


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing, not even to erase."""
    return not spreadsheets.text_of(value)


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
    written = fold(text(value))
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
        return spreadsheets.text_of(value).lower()


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
        self.values = {fold(label): value for value, label in self.labels.items()}
        self.name = name

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        written = fold(text(value))
        if written in self.values:
            return self.values[written]
        raise ValueError(f"{self.name} « {text(value)} » inconnu : écrivez {', '.join(self.labels.values())}.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, "")


class NameWidget(widgets.Widget):
    """A row of another list by its name; the whole list is read once for a file."""

    def __init__(self, model: Any, name: str, attribute: str = "name", *, optional: bool = False) -> None:
        super().__init__()
        self.model, self.name, self.attribute, self.optional = model, name, attribute, optional
        self._known: dict[str, Any] | None = None
        self.made: dict[str, Any] = {}
        """What earlier rows of the file make, by the same name."""

    def forget(self) -> None:
        """Read the list again at the next use."""
        self._known = None

    def find(self, written: str) -> Any:
        """The row with this name. Raises ValueError."""
        if self._known is None:
            rows = sorted(
                self.model.objects.all(), key=lambda row: row.pk, reverse=True
            )  # of two, the first that was made
            self._known = {key(str(getattr(row, self.attribute))): row for row in rows}
        found = self._known.get(key(written)) or self.made.get(key(written))
        if found is None:
            raise ValueError(f"{self.name} « {written} » inconnu : corrigez le nom ou créez-le d'abord.")
        return found

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

    def forget(self) -> None:
        """Read the list again at the next use."""
        self.one.forget()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(self.one.find(part.strip()) for part in text(value).split("|") if part.strip()))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return " | ".join(sorted(row.name for row in value.all())) if value else ""


def key(name: str) -> str:
    """A name as it is looked up: whatever its case, accents and spaces."""
    return fold(line(name))


def dataset_of(rows: list[list[Any]], columns: Iterable[str] = ()) -> tablib.Dataset:
    """The table of these rows, the first being the headers; ``lines`` has the number of each row in its file.

    Empty lines are left out, short ones completed. A header is one of *columns* whatever its case and accents.
    """
    known = {key(column): column for column in columns}
    written = [spreadsheets.text_of(header) for header in (rows[0] if rows else [])]
    headers = [known.get(key(header), header.lower()) for header in written]
    while headers and not headers[-1]:
        headers.pop()
    dataset = tablib.Dataset(headers=headers)
    dataset.lines = []
    for number, row in enumerate(rows[1:], 2):
        cells = [*row, *[""] * len(headers)][: len(headers)]
        if any(spreadsheets.text_of(cell) for cell in cells):
            dataset.append(cells)
            dataset.lines.append(number)
    return dataset
