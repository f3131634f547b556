"""A telephone number as people write it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.contact import phones


class PhoneField(forms.CharField):
    """A phone of France, its overseas lands, or abroad with +; cleans to E.164.

    *kind* says which numbers are asked here; the other kind is answered with where to put it.
    """

    def __init__(self, *, kind: phones.Kind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(max_length=40, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        token = "mobile tel" if self.kind == "mobile" else "home tel"
        return {"inputmode": "tel", "autocomplete": token, "spellcheck": "false", "class": "input--15"}

    def prepare_value(self, value: Any) -> Any:
        """A stored number in the spacing people use; what was typed stays as typed."""
        return phones.shown(value) if isinstance(value, str) and value.startswith("+") and " " not in value else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return phones.parse(text, self.kind)
        except phones.PhoneError as error:
            raise ValidationError(str(error), code=error.code) from error
