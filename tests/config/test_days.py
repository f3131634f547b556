"""A day gone by is asked in many forms, by one field: tomorrow is refused in each of them, today is taken."""

import datetime
import re
from pathlib import Path

import pytest
import time_machine
from django import forms

from accounts.mandates.admin import EndForm
from accounts.mandates.declarations import DeclarationForm
from enrolment.dossiers.funding_staff import SignedForm, StaffMarkForm
from enrolment.funding.readiness import ReadinessForm
from enrolment.funding.track_form import MarkForm
from enrolment.rights.staff_forms import ReadingForm

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2026, 11, 25)
CHOSEN = [
    (EndForm, "end"),
    (MarkForm, "on"),
    (ReadingForm, "read_on"),
    (SignedForm, "on"),
    (StaffMarkForm, "on"),
]
"""The forms where a browser's own calendar asks for a day gone by."""
IN_THREE_BOXES = [(DeclarationForm, "since"), (ReadinessForm, "read_on")]


def field_of(form: type[forms.BaseForm], name: str) -> forms.Field:
    return form.base_fields[name]


@pytest.mark.parametrize(("form", "name"), CHOSEN)
@time_machine.travel("2026-11-25 23:30+01:00", tick=False)
def test_tomorrow_is_refused_and_the_refusal_says_which_day_is_meant(form: type[forms.BaseForm], name: str) -> None:
    field = field_of(form, name)
    with pytest.raises(forms.ValidationError) as refused:
        field.clean("2026-11-26")
    assert re.fullmatch(r"Cette date est à venir : indiquez (le|un) jour .+\.", refused.value.messages[0])
    assert field.clean("2026-11-25") == TODAY


@pytest.mark.parametrize(("form", "name"), IN_THREE_BOXES)
@time_machine.travel("2026-11-25 23:30+01:00", tick=False)
def test_tomorrow_is_refused_in_three_boxes_too(form: type[forms.BaseForm], name: str) -> None:
    field = field_of(form, name)
    with pytest.raises(forms.ValidationError, match="elle est à venir"):
        field.clean(["26", "novembre", "2026"])
    assert field.clean(["25", "novembre", "2026"]) == TODAY


def test_the_calendar_of_a_browser_is_asked_for_in_one_place() -> None:
    written = {
        str(path.relative_to(ROOT))
        for layer in ("config", "enrolment", "catalogue", "accounts", "core")
        for path in (ROOT / layer).rglob("*.py")
        if re.search(r"\bDateInput\(", path.read_text(encoding="utf-8"))
    }
    assert written == {"core/forms/dates.py"}
