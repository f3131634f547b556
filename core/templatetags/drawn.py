"""Pieces of a page that look the same whenever they show the same, for whoever looks: drawn once a process."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeData, SafeString

register = template.Library()
SLOT = "the-token-of-this-page"
"""Stands for the token of a form (CSRF) in what is kept."""
KEPT = 4000
"""Pieces a process keeps, those last shown: some 8 MB when all are full."""


@register.simple_tag
def drawn(name: str, **shown: Hashable) -> SafeString:
    """The template *name* with *shown* and nothing else.

    All that it shows is its key, the day included where it shows one: nothing kept can be out of date, and nothing
    has to be dropped. Not for what names a person, which should not stay in memory.
    """
    key = tuple((key, value, isinstance(value, SafeData)) for key, value in shown.items())
    return _draw(name, key) if settings.DEBUG else _kept(name, key)


@register.simple_tag(takes_context=True)
def drawn_form(context: Context, name: str, **shown: Hashable) -> SafeString:
    """The same of a template with forms: what is kept has no token, each page puts in its own."""
    page = drawn(name, csrf_token=SLOT, **shown)
    return SafeString(page.replace(SLOT, str(context["csrf_token"])))


@lru_cache(maxsize=KEPT)
def _kept(name: str, shown: tuple[tuple[str, Hashable, bool], ...]) -> SafeString:
    return _draw(name, shown)


def _draw(name: str, shown: tuple[tuple[str, Hashable, bool], ...]) -> SafeString:
    return render_to_string(name, {key: value for key, value, _ in shown})
