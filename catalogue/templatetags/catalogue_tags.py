"""How templates write what staff typed."""

from functools import lru_cache
from itertools import groupby

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalogue.models import Session
from catalogue.sessions import in_force
from core import french

register = template.Library()


@register.filter
@lru_cache(maxsize=1000)
def prose(text: str) -> SafeString:
    """Paragraphs and lists of a text typed in the admin: lines that begin with « - » make a list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = []
    for is_list, group in groupby(lines, key=lambda line: line.startswith(("- ", "• "))):
        if is_list:
            parts.append(
                format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line[2:],) for line in group)))
            )
        else:
            parts.extend(format_html("<p>{}</p>", line) for line in group)
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


@register.filter
def breakable(address: str) -> SafeString:
    """An address that may go to the next line after « / » and « - » when it is printed."""
    return mark_safe(escape(address).replace("/", "/<wbr>").replace("-", "-<wbr>"))  # noqa: S308  escaped here


register.filter("day", french.day)
register.filter("amount", french.euros)


@register.simple_tag
def days(start: object, end: object) -> str:
    """« du … au … », or the one day."""
    return escape(french.span(start, end))  # type: ignore[arg-type]


@register.simple_tag
def both_clocks(session: Session, *, dif: bool = True, counted: bool = False) -> str:
    """Until when to ask here, and until when on Mon Compte Formation for the DIF to pay, in one line.

    *counted*: with the days left.
    """
    return in_force.both_clocks(session, timezone.localdate(), dif=dif, counted=counted)


@register.simple_tag
def plural(count: int, noun: str) -> str:
    """« 12 places »."""
    return french.plural(count, noun)
