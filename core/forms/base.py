"""What every form of the site shares: plain messages in one place, and the date in three boxes.

An error says what to do, in the field's own words; Django's messages (« invalide », « obligatoire ») do not.
"""

from typing import Any, ClassVar

from django import forms

MESSAGES = {
    "max_length": "Raccourcissez\xa0: %(limit_value)d caractères au plus, vous en avez saisi %(show_value)d.",
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


class BaseForm(forms.Form):
    """A form in the site's words: no ``required`` attribute (the server checks), no colon, no asterisk."""

    use_required_attribute = False
    required_messages: ClassVar[dict[str, str]] = {}
    """By field, what an empty one says: « Saisissez votre nom de naissance »."""
    judged_together: ClassVar[frozenset[str]] = frozenset()
    """Optional one by one, but not all: they do not say « (facultatif) » (mobile **or** landline)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.one_of = name in self.judged_together  # type: ignore[attr-defined]
            use_plain_messages(field, self.required_messages.get(name, ""))


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
        return f"Choisissez un fichier\xa0: {label}."
    if isinstance(field, forms.BooleanField):
        return f"Cochez la case «\xa0{label}\xa0»."
    if isinstance(field, forms.ChoiceField):
        return f"Choisissez une réponse\xa0: {label}."
    return f"Remplissez le champ «\xa0{label}\xa0»."
