"""Dates: typed in three boxes as people say them (the officials), or chosen in the browser's calendar (the staff)."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core import french
from core.french import MONTHS
from core.text import as_number, fold

DATE_PARTS = {
    "day": {"label": "Jour", "class": "input--2", "maxlength": 4},
    "month": {"label": "Mois", "class": "input--4", "maxlength": 10},
    "year": {"label": "Année", "class": "input--4", "maxlength": 4},
}


class FrenchDateWidget(forms.MultiWidget):
    """Day, month, year: three boxes that nothing moves or reformats while one types."""

    template_name = "forms/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, birth_date: bool = False) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {}
        for part, facts in DATE_PARTS.items():
            box = {
                "class": facts["class"],
                "maxlength": facts["maxlength"],
                "inputmode": "text" if part == "month" else "numeric",
            }
            box["autocomplete"] = f"bday-{part}" if birth_date else "off"
            boxes[part] = forms.TextInput(box)
        self.wrong: tuple[str, ...] = ()
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The three boxes of a date."""
        if isinstance(value, str):  # an initial value that came from a draft or a JSON document
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                return [value, "", ""]
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each box with an id, a label, and the mark of a mistake where the mistake is."""
        context = super().get_context(name, value, attrs)
        invalid = context["widget"]["attrs"].get("aria-invalid")
        for part, box in zip(DATE_PARTS, context["widget"]["subwidgets"], strict=True):
            box["label"] = DATE_PARTS[part]["label"]
            box["attrs"]["id"] = f"id_{name}_{part}"
            box["attrs"].pop("aria-invalid", None)
            if invalid and (not self.wrong or part in self.wrong):
                box["attrs"]["aria-invalid"] = "true"
        return context


class FrenchDateField(forms.MultiValueField):
    """A date typed in three boxes; a month may be a number or a French name (« 4 », « avril », « avr. »).

    ``what`` completes the messages: « Saisissez votre date de naissance ». With ``past`` a date to come is refused.
    """

    def __init__(self, *, what: str = "la date", past: bool = False, birth_date: bool = False, **kwargs: Any) -> None:
        self.what = what
        self.past = past
        kwargs.setdefault("widget", FrenchDateWidget(birth_date=birth_date))
        kwargs["require_all_fields"] = False
        super().__init__(fields=[forms.CharField(required=False) for _ in DATE_PARTS], **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        """A date, or None when all is empty and the field is optional. Raises ValidationError naming the wrong box."""
        texts = [as_number(str(part or "")) for part in (value or ["", "", ""])]
        self.widget.wrong = ()
        if not any(texts):
            if self.required:
                raise ValidationError(f"Saisissez {self.what}.", code="required")
            return None
        missing = [part for part, text in zip(DATE_PARTS, texts, strict=True) if not text]
        if missing:
            names = " et ".join(_WITH_ARTICLE[part] for part in missing)
            raise self._wrong(missing, f"Complétez {self.what} : il manque {names}.", "incomplete")
        return self._date(texts)

    def _date(self, texts: list[str]) -> datetime.date:
        written = re.fullmatch(r"([0-9]{1,2}) ?(?:er)?\.?", texts[0].lower())  # the first of a month is « le 1er »
        day = int(written[1]) if written else 0
        month = parse_month(texts[1])
        year = int(texts[2]) if re.fullmatch(r"[0-9]{4}", texts[2]) else 0
        if not 1 <= day <= 31:
            raise self._wrong(["day"], f"Saisissez un jour entre 1 et 31 dans {self.what}.", "day")
        if not month:
            raise self._wrong(["month"], f"Saisissez un mois entre 1 et 12, ou son nom, dans {self.what}.", "month")
        if not 1900 <= year <= 2100:
            raise self._wrong(["year"], f"Saisissez l'année avec ses 4 chiffres dans {self.what}.", "year")
        try:
            date = datetime.date(year, month, day)
        except ValueError:
            raise self._wrong(
                ["day"], f"Vérifiez le jour dans {self.what} : ce mois-là n'a pas de {day}.", "impossible"
            ) from None
        if self.past and date > timezone.localdate():
            raise self._wrong(["year"], f"Vérifiez {self.what} : elle est à venir.", "future")
        return date

    def _wrong(self, parts: list[str], message: str, code: str) -> ValidationError:
        self.widget.wrong = tuple(parts)
        return ValidationError(message, code=code)


class DayField(forms.DateField):
    """A day as a browser asks for one.

    *past* completes what is said of a day to come where one gone by is meant: « le jour où … ». Without it any day
    will do.
    """

    def __init__(self, *, past: str = "", **kwargs: Any) -> None:
        self.past = past
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Present when it must be, and gone by (or today) when that is meant. Raises ValidationError."""
        super().validate(value)
        if value and self.past and value > timezone.localdate():
            raise ValidationError(french.to_come(self.past), code="future")


_WITH_ARTICLE = {"day": "le jour", "month": "le mois", "year": "l'année"}


def parse_month(text: str) -> int:
    """1 to 12 from « 4 », « 04 », « avril », « Avr. » or « févr »; 0 when it is no month."""
    text = as_number(text)
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text) if 1 <= int(text) <= 12 else 0
    letters = fold(text).strip(". ")
    found = [
        number for number, name in enumerate(MONTHS, start=1) if len(letters) >= 3 and fold(name).startswith(letters)
    ]
    return found[0] if len(found) == 1 else 0
