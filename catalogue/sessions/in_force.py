"""The site's own deadline: the rule of the settings (``catalogue.sessions.deadline`` is the arithmetic)."""

from datetime import date

from django.conf import settings

from catalogue.models import Session
from catalogue.sessions import deadline


def last_day_to_send(session: Session) -> date:
    """The last day on which a request for this session may leave."""
    return deadline.last_day_to_send(session.start, *_rule())


def first_open_start(today: date) -> date:
    """The earliest session start still open today."""
    return deadline.first_open_start(today, *_rule())


def rule_in_words() -> str:
    """« 11 jours avant la formation »."""
    return f"{delay_in_words()} avant la formation"


def delay_in_words() -> str:
    """« 11 jours », « 11 jours ouvrés »."""
    return deadline.delay_in_words(*_rule())


def _rule() -> tuple[int, str]:
    return settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT
