"""What every form of the site shares: the one door for what was typed, and plain messages in one place.

An error says what to do, in the field's own words; Django's messages (« invalide », « obligatoire ») do not.
"""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any, ClassVar, cast

from django import forms
from django.forms.fields import BaseTemporalField

from core import text

MESSAGES = {
    "max_length": "Raccourcissez : %(limit_value)d caractères au plus, vous en avez saisi %(show_value)d.",
    "min_length": "Saisissez au moins %(limit_value)d caractères, vous en avez saisi %(show_value)d.",
    "null_characters_not_allowed": "Retirez les caractères invisibles de ce champ.",
}
"""For every kind of field, by the code of the mistake."""

MESSAGES_BY_FIELD: dict[type[forms.Field], dict[str, str]] = {
    forms.EmailField: {"invalid": "Saisissez une adresse mail complète, par exemple nom@exemple.fr."},
    forms.IntegerField: {
        "invalid": "Saisissez un nombre entier, en chiffres.",
        "min_value": "Saisissez un nombre au moins égal à %(limit_value)s.",
        "max_value": "Saisissez un nombre au plus égal à %(limit_value)s.",
    },
    forms.ChoiceField: {"invalid_choice": "Choisissez une réponse dans la liste."},
    forms.ModelChoiceField: {"invalid_choice": "Choisissez une réponse dans la liste."},
    forms.FileField: {
        "invalid": "L'envoi du fichier a échoué. Choisissez-le de nouveau.",
        "missing": "L'envoi du fichier a échoué. Choisissez-le de nouveau.",
        "empty": "Ce fichier est vide. Choisissez-en un autre.",
        "max_length": "Le nom de ce fichier est trop long (%(length)d caractères). Renommez-le d'abord.",
    },
}
"""For some kinds of field, besides ``MESSAGES``."""


NUMERIC = (forms.IntegerField, BaseTemporalField)
"""Fields in which figures are meant (decimals are integers to Django)."""


class CleanTextMixin(forms.BaseForm):
    """A form whose text goes through ``core.text`` once, when it is bound, whatever its fields do with it afterwards.

    Passwords are only brought to normal form C, so that one typed on another system is the same. A line of text
    has no line break; where a number or a date is meant, digits and dashes of every kind are the plain ones.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = cleaned_data_of(self)


def with_clean_text[Form: forms.BaseForm](form: type[Form]) -> type[Form]:
    """*form* behind the one door: for those that other parts bring, an admin's default form for one."""
    if issubclass(form, CleanTextMixin):
        return form
    kind: Any = type(form)
    return cast("type[Form]", kind(form.__name__, (CleanTextMixin, form), {"__module__": form.__module__}))


def cleaned_data_of(form: forms.BaseForm) -> Any:
    """What was posted to *form*, its own fields cleaned; the very same object when nothing had to change."""
    changed: dict[str, list[Any]] = {}
    for key, field in _posted_names(form):
        values = form.data.getlist(key) if hasattr(form.data, "getlist") else [form.data.get(key)]
        clean = [through_the_door(value, field) for value in values]
        if clean != values:
            changed[key] = clean
    if not changed:
        return form.data
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
    for key, values in changed.items():
        if hasattr(data, "setlist"):
            data.setlist(key, values)
        else:
            data[key] = values[0]
    return data


def through_the_door(value: Any, field: forms.Field) -> Any:
    """One posted value as *field* may see it; what is no text (a file, a list) is left as it is."""
    if not isinstance(value, str):
        return value
    widget = field.widget
    if isinstance(widget, forms.PasswordInput):
        return unicodedata.normalize("NFC", value)
    if isinstance(field, NUMERIC):
        number = text.as_number(value)
        return _plain_decimal(number) if isinstance(field, forms.DecimalField | forms.FloatField) else number
    if isinstance(widget, forms.Textarea) or widget.is_hidden:
        return text.clean(value)
    return text.line(value)


def _plain_decimal(number: str) -> str:
    """« 1 200,50 » as a machine reads it."""
    bare = number.replace(" ", "").replace("€", "")
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def _posted_names(form: forms.BaseForm) -> Iterator[tuple[str, forms.Field]]:
    """Every name under which a field of *form* is posted."""
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if isinstance(field.widget, forms.MultiWidget):
            yield from ((key + suffix, field) for suffix in field.widget.widgets_names)  # type: ignore[attr-defined]
        else:
            yield key, field


TYPED = (forms.TextInput, forms.Textarea, forms.Select)
"""Controls that a browser may fill in: only where the field says with what (computers are shared)."""


class BaseForm(CleanTextMixin, forms.Form):
    """A form in the site's words: no ``required`` attribute (the server checks), no colon, no asterisk."""

    use_required_attribute = False
    required_messages: ClassVar[dict[str, str]] = {}
    """By field, what an empty one says: « Saisissez votre nom de naissance »."""
    judged_together: ClassVar[frozenset[str]] = frozenset()
    """Optional one by one, but not all: they do not say « (facultatif) » (mobile **or** landline)."""
    shown: Collection[str] | None = None
    """The fields that the page shows, to which its error summary may lead; None: all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.one_of = name in self.judged_together  # type: ignore[attr-defined]
            use_plain_messages(field, self.required_messages.get(name, ""))
            if isinstance(field.widget, TYPED):
                field.widget.attrs.setdefault("autocomplete", "off")


def use_plain_messages(field: forms.Field, required: str = "") -> None:
    """Replace Django's own messages of *field*; those that the field or its class brings are kept."""
    classes = [each for each in type(field).__mro__ if each.__module__.startswith("django.")]
    django_own: dict[str, Any] = {}
    for each in reversed(classes):
        django_own.update(getattr(each, "default_error_messages", {}))
    plain = dict(MESSAGES)
    for kind, messages in MESSAGES_BY_FIELD.items():
        if isinstance(field, kind):
            plain.update(messages)
    plain["required"] = required or _required(field)
    for code, message in plain.items():
        own = django_own.get(code)
        if field.error_messages.get(code, own) is own or (code == "required" and required):
            field.error_messages[code] = message


def _required(field: forms.Field) -> str:
    label = str(field.label or "").strip()
    if isinstance(field, forms.FileField):
        return f"Choisissez un fichier : {label}."
    if isinstance(field, forms.BooleanField):
        return f"Cochez la case « {label} »."
    if isinstance(field, forms.ChoiceField):
        return f"Choisissez une réponse : {label}."
    return f"Remplissez le champ « {label} »."
