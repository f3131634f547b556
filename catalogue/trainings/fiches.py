"""The fiche that an association hands out: one A4 page, the deep link and its QR code at the bottom left."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import segno
from django.conf import settings

from catalogue.models import Training
from catalogue.sessions.in_force import both_clocks, leaf_before, rule_in_words
from catalogue.trainings.training_page import open_sessions
from core.french import duration

SESSIONS_SHOWN = 3
DENSE, DENSER = 1300, 2000
"""Characters of text from which the fiche is set smaller, so that it stays one page."""


def deep_link(training: Training) -> str:
    """The address printed on paper, good for ever."""
    return f"{settings.SITE_URL}{training.get_absolute_url()}"


def qr_code(text: str) -> str:
    """A QR code as a data: image (SVG) that the page may show under its content security policy."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def density(training: Training, dates: Iterable[str] = ()) -> str:
    """The class of type size that keeps the texts on one page: a line break counts like half a line.

    What the *dates* say stands in the narrow column, beside a leaf: it counts twice, and a line more.
    """
    texts = (
        training.objectives,
        training.programme,
        training.strong_points,
        training.teaching_means,
        training.evaluation,
    )
    length = sum(len(text) + 30 * text.count("\n") for text in texts) + 2 * sum(len(each) + 30 for each in dates)
    return "denser" if length > DENSER else "dense" if length > DENSE else ""


def context(training: Training, today: date) -> dict[str, Any]:
    """What the fiche shows: public facts only, the same for everybody."""
    shown = open_sessions(training, today)[:SESSIONS_SHOWN]
    sessions = [(session, both_clocks(session, today), leaf_before(session.start, today)) for session in shown]
    link = deep_link(training)
    return {
        "training": training,
        "trainers": list(training.trainers.order_by("name")),
        "sessions": sessions,
        "duration": duration(training.duration_days, training.duration_hours),
        "density": density(training, (clocks for _, clocks, _ in sessions)),
        "deadline_rule": rule_in_words(),
        "deep_link": link,
        "qr_code": qr_code(link),
    }
