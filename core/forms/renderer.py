"""How forms are drawn: ``{{ form }}`` and ``{{ field }}`` use the templates in ``templates/forms/``."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

type Widget = Mapping[str, Any]
"""What a widget tells of itself (``get_context()["widget"]``)."""


def draw_input(widget: Widget) -> SafeString:
    """``<input>`` of any type."""
    value = {} if widget["value"] is None else {"value": widget["value"]}
    return format_html(
        "<input{}>", _attributes({"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]})
    )


def draw_select(widget: Widget) -> SafeString:
    """``<select>`` with its options, grouped or not."""
    groups = []
    for name, options, _ in widget["optgroups"]:
        inside = format_html_join(
            "",
            "<option{}>{}</option>",
            ((_attributes({"value": option["value"], **option["attrs"]}), option["label"]) for option in options),
        )
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', name, inside) if name else inside)
    attributes = _attributes({"name": widget["name"], **widget["attrs"]})
    return format_html("<select{}>{}</select>", attributes, SafeString("".join(groups)))


def draw_textarea(widget: Widget) -> SafeString:
    """``<textarea>``; the first line break belongs to the tag, not to the text (HTML)."""
    attributes = _attributes({"name": widget["name"], **widget["attrs"]})
    return format_html("<textarea{}>\n{}</textarea>", attributes, widget["value"] or "")


def _attributes(facts: Mapping[str, Any]) -> SafeString:
    """As Django's widget templates: none for False, a bare name for True; numbers as they are, never localised."""
    return SafeString(
        "".join(
            f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"'
            for name, value in facts.items()
            if value is not False
        )
    )


INPUTS = ("text", "email", "tel", "url", "number", "search", "password", "hidden", "file", "checkbox")
BY_HAND: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": draw_input for kind in INPUTS},
    "django/forms/widgets/select.html": draw_select,
    "django/forms/widgets/textarea.html": draw_textarea,
}
"""Widgets drawn by a function instead of Django's templates (two templates an input, two more an option):
the same HTML, and a step page costs a third less to draw."""


class PlainRenderer(TemplatesSetting):
    """Label, hint, error, control: one field template for the whole site."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """As Django does, but plain widgets without a template."""
        draw = BY_HAND.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)
