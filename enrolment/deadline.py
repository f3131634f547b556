"""The site's own deadline: the rule of the settings applied to a session (``catalogue.deadline`` is the arithmetic)."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from catalogue import deadline
from catalogue.models import Session


def paris_day(now: datetime) -> date:
    """The day in Paris at this instant, whatever the server's own zone: a day ends at midnight in Paris."""
    return timezone.localdate(now)


def last_day_to_send(session: Session) -> date:
    """The last day on which a request for this session may leave."""
    return deadline.last_day_to_send(session.start, settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT)


def first_open_start(today: date) -> date:
    """The earliest session start still open today."""
    return deadline.first_open_start(today, settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT)


def rule_in_words() -> str:
    """« 11 jours avant la formation »."""
    return deadline.rule_in_words(settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT)
