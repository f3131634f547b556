"""Small makers of form fields, and of posted data with one value changed."""

from collections.abc import Iterable
from typing import Any

from django import forms


def choices(values: Iterable[str], none: str) -> list[tuple[str, str]]:
    """Choices of a list of words, *none* first."""
    return [("", none), *((value, value) for value in values)]


def text_field(label: str, missing: str = "", **kwargs: Any) -> forms.CharField:
    """A line of text; *missing* is what to say when it is empty, without it the field is optional."""
    attrs = kwargs.pop("attrs", {})
    return forms.CharField(
        label=label,
        required=bool(missing),
        error_messages={"required": missing} if missing else None,
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


def with_value(data: Any, name: str, value: str) -> Any:
    """What was posted, with one value changed; a request's own data is never touched."""
    changed = data.copy()
    changed[name] = value
    return changed
