"""The deadline as dossiers know it: the rule in force, and the day it is in Paris."""

from datetime import date, datetime

from django.utils import timezone

from catalogue.deadline_in_force import first_open_start, last_day_to_send, rule_in_words

__all__ = ["first_open_start", "last_day_to_send", "paris_day", "rule_in_words"]


def paris_day(now: datetime) -> date:
    """The day in Paris at this instant, whatever the server's own zone: a day ends at midnight in Paris."""
    return timezone.localdate(now)
