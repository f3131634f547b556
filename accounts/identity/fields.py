"""Form fields of the field: NIR, names, phones. Each says what to do when it is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.identity import names
from accounts.identity import nir as nir_rules
from accounts.models import Diploma


class NirField(forms.CharField):
    """A social-security number, in any spacing and case; cleans to ``accounts.identity.nir.Nir``."""

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


class NameField(forms.CharField):
    """A birth name, a usual name or first names: any letters, one name; *what* completes its messages."""

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        self.what = what
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return names.read(text, self.what)
        except names.NotANameError as error:
            raise ValidationError(str(error), code=error.code) from error


class DiplomaField(forms.TypedChoiceField):
    """« Diplôme le plus élevé », « Non renseigné » first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Diplôme le plus élevé")
        kwargs.setdefault(
            "help_text",
            "Si vous êtes agent public de catégorie A ou B, laissez cette rubrique à « Non renseigné ».",
        )
        super().__init__(choices=Diploma.choices, required=False, **kwargs)
