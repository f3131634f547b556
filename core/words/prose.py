"""Paragraphs, headings and lists of a text that staff wrote: no HTML of theirs ever reaches a page."""

import re
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

HEADING, ITEMS = "## ", ("- ", "• ")
LINK = re.compile(r"\[([^\[\]()]{1,80})\]\((/[a-z0-9/-]*)\)")
"""« [Contact](/contact/) »: a page of this site, and none of another."""
HELP = "« ## » commence un titre, « - » une liste, une ligne vide un paragraphe. « [Contact](/contact/) » fait un lien."


def as_html(text: str) -> SafeString:
    r"""*text* in paragraphs; see ``HELP``.

    >>> as_html("## Un\n- deux <b>\n\n[Aide](/aide/)")
    '<h2>Un</h2><ul><li>deux &lt;b&gt;</li></ul><p><a href="/aide/">Aide</a></p>'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts: list[SafeString] = []
    for is_list, group in groupby(lines, key=lambda line: line.startswith(ITEMS)):
        if is_list:
            items = format_html_join("", "<li>{}</li>", ((_inline(line[2:]),) for line in group))
            parts.append(format_html("<ul>{}</ul>", items))
        else:
            parts.extend(_block(line) for line in group)
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped where it is made


def _block(line: str) -> SafeString:
    if line.startswith(HEADING):
        return format_html("<h2>{}</h2>", line.removeprefix(HEADING))
    return format_html("<p>{}</p>", _inline(line))


def _inline(line: str) -> SafeString:
    return mark_safe(LINK.sub(r'<a href="\2">\1</a>', escape(line)))  # noqa: S308  escaped before
