"""Form fields of the field: NIR, names, phones. Each says what to do when it is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import nir as nir_rules
from accounts import phones


class NirField(forms.CharField):
    """A social-security number, in any spacing and case; cleans to ``accounts.nir.Nir``."""

    def __init__(self, *, key: nir_rules.KeyRule, **kwargs: Any) -> None:
        self.key = key
        kwargs.setdefault("label", "Numéro de sécurité sociale")
        super().__init__(max_length=60, **kwargs)
        self.error_messages["required"] = nir_rules.MESSAGES["empty"]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: a number cut short would be refused for another reason than the true one.
        return {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "class": "input--15"}

    def clean(self, value: Any) -> nir_rules.Nir | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return nir_rules.parse(text, key=self.key)
        except nir_rules.NirError as error:
            raise ValidationError(str(error), code=error.code) from error


class PhoneField(forms.CharField):
    """A phone of France, its overseas lands, or abroad with +; cleans to E.164.

    *kind* says which numbers are asked here; the other kind is answered with where to put it.
    """

    def __init__(self, *, kind: phones.Kind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(max_length=40, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "tel", "autocomplete": "tel", "spellcheck": "false", "class": "input--15"}

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
