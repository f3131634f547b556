"""What the training's page shows besides what enrolment tells (sessions as offers, price for the person)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from catalogue.models import Session, Training
from catalogue.sessions.in_force import first_open_start, last_day_to_send
from core.french import duration


def open_sessions(training: Training, today: date) -> QuerySet[Session]:
    """The sessions that still take requests today, the next one first."""
    sessions = training.sessions.of_published().open_from(first_open_start(today))
    return sessions.select_related("place__commune").order_by("start", "pk")


def training_context(training: Training, today: date) -> dict[str, Any]:
    """The whole page, for someone logged in."""
    next_open = open_sessions(training, today).first()
    return {
        "training": training,
        "trainers": list(training.trainers.order_by("name")),
        "duration": duration(training.duration_days, training.duration_hours),
        "next_open": next_open,
        "next_session": next_open or _next_session(training, today),
    }


def outline_context(training: Training, today: date) -> dict[str, Any]:
    """The outline, for someone who is not logged in yet."""
    next_open = open_sessions(training, today).first()
    return {
        "training": training,
        "duration": duration(training.duration_days, training.duration_hours),
        "next_session": next_open or _next_session(training, today),
        "last_day": last_day_to_send(next_open) if next_open else None,
    }


def _next_session(training: Training, today: date) -> Session | None:
    return training.sessions.upcoming(today).select_related("place__commune").order_by("start", "pk").first()
