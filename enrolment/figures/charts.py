"""Charts drawn by the server: horizontal bars in SVG, with a title and a sentence for who cannot see them.

Each stands beside the table of the same numbers; colours and type come from the style sheet.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LABELS, LINE, BAR, ROOM = 640, 290, 30, 18, 60
"""Units of the drawing: whole width, room for the labels, height of a line and of its bar, room for the number."""
LONGEST_LABEL = 32
"""Characters of a label; the table beside has it whole."""


def bars(name: str, title: str, rows: Sequence[tuple[str, int]], desc: str = "") -> SafeString:
    """*rows* are labels and numbers, not negative; *name* makes the ids of the drawing."""
    most = max((number for _, number in rows), default=0)
    drawn = format_html_join(
        "",
        '<g><text x="{}" y="{}" text-anchor="end">{}</text><rect x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<text x="{}" y="{}">{}</text></g>',
        (_line(number, label, value, most) for number, (label, value) in enumerate(rows)),
    )
    said = desc or ", ".join(f"{label} : {number}" for label, number in rows)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        *(WIDTH, LINE * max(len(rows), 1), name, name, name, title, name, said or "Aucune donnée.", drawn),
    )


def _line(number: int, label: str, value: int, most: int) -> tuple[object, ...]:
    top = number * LINE
    length = round((WIDTH - LABELS - ROOM) * value / most) if most else 0
    middle, shown = top + LINE // 2 + 5, label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    return (
        LABELS - 10,
        middle,
        shown,
        LABELS,
        top + (LINE - BAR) // 2,
        length,
        BAR,
        LABELS + length + 8,
        middle,
        value,
    )
