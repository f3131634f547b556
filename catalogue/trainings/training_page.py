"""What the training's page shows besides what enrolment tells (sessions as offers, price for the person)."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from catalogue.models import Session, Training
from catalogue.sessions.in_force import first_open_start, last_day_to_send, status_of
from core.french import duration


def open_sessions(training: Training, today: date) -> QuerySet[Session]:
    """The sessions that still take requests today, the next one first."""
    sessions = training.sessions.of_published().open_from(first_open_start(today))
    return sessions.select_related("place__commune").order_by("start", "pk")


def sessions_to_come(training: Training, today: date) -> list[Session]:
    """Those that do not begin before today, the next one first; the cancelled come last. One query."""
    to_come = training.sessions.filter(start__gte=today).select_related("place__commune")
    return list(to_come.order_by(F("cancelled_at").asc(nulls_first=True), "start", "pk"))


def training_context(training: Training, today: date) -> dict[str, Any]:
    """The whole page, for someone logged in."""
    sessions = sessions_to_come(training, today)
    next_open = next((session for session in sessions if status_of(session, today).is_open), None)
    upcoming = (session for session in sessions if session.cancelled_at is None and session.start > today)
    return {
        "training": training,
        "trainers": list(training.trainers.order_by("name")),
        "duration": duration(training.duration_days, training.duration_hours),
        "sessions": sessions,
        "next_open": next_open,
        "next_session": next_open or next(upcoming, None),
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
