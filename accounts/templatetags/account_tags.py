"""How what an account holds is shown."""

from django import template

from accounts.contact import phones
from accounts.signup.steps import STEPS

register = template.Library()


@register.filter
def phone(e164: str) -> str:
    """A stored number in the spacing people use: « 06 39 98 12 34 »."""
    return phones.shown(e164) if e164 else ""


@register.simple_tag
def signup_steps() -> int:
    """How many steps the creation of an account has."""
    return len(STEPS)
