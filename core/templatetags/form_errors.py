"""What an error says on the page, and where the entries of an error summary lead."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html

register = template.Library()


@register.filter
def sentence(message: str) -> str:
    """The message of an error, closed by a full stop whoever wrote it: a form mixes those of several rooms."""
    return message if message.endswith((".", "?", "!", "…")) else format_html("{}.", message)


@register.filter
def control_id(field: BoundField) -> str:
    """The ``id`` of the control to go to: the first one, in a group of choices or in a date."""
    if isinstance(field.field.widget, forms.MultiWidget | forms.RadioSelect | forms.CheckboxSelectMultiple):
        first = next(iter(field.subwidgets), None)
        parts = first.data.get("subwidgets", []) if first else []
        wrong = [part for part in parts if part["attrs"].get("aria-invalid")] or parts
        return wrong[0]["attrs"]["id"] if wrong else first.id_for_label if first else ""
    return field.id_for_label


@register.filter
def error_links(form: forms.BaseForm) -> list[tuple[str, str]]:
    """``(id of the control or "", message)`` of each mistake, in the order of the page, one a field."""
    links = [("", sentence(str(message))) for message in form.non_field_errors()]
    shown = getattr(form, "shown", None)
    links += [
        (control_id(field) if shown is None or field.name in shown else "", sentence(str(field.errors[0])))
        for field in form
        if field.errors
    ]
    return links
