"""How what an account holds is shown."""

from django import template

from accounts.contact import phones

register = template.Library()


@register.filter
def phone(e164: str) -> str:
    """A stored number in the spacing people use: « 06 39 98 12 34 »."""
    return phones.shown(e164) if e164 else ""
