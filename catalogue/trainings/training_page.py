"""What the training's page shows besides what enrolment tells (sessions as offers, price for the person)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst

from catalogue.models import Session, Training
from catalogue.sessions.in_force import first_open_start, last_day_to_send, status_of
from core.french import duration


@dataclass(frozen=True, slots=True)
class Body:
    """What the training's page says to everybody: the texts of staff, the town of the next session, who teaches."""

    summary: str
    town: str
    subject: str
    duration: str
    audience: str
    prerequisites: str
    strong_points: str
    objectives: str
    programme: str
    teaching_means: str
    evaluation: str
    trainers: tuple[tuple[str, str], ...]
    """Names and presentations."""


BY_DATE = Session.objects.select_related("place__commune").order_by("start", "pk")


def open_sessions(training: Training, today: date) -> QuerySet[Session]:
    """The sessions that still take requests today, the next one first."""
    sessions = training.sessions.of_published().open_from(first_open_start(today))
    return sessions.select_related("place__commune").order_by("start", "pk")


def sessions_to_come(training: Training, today: date) -> list[Session]:
    """Those that do not begin before today, the next one first; the cancelled come last. One query."""
    to_come = list(BY_DATE.filter(training=training, start__gte=today))
    for session in to_come:
        session.training = training
    return sorted(to_come, key=lambda session: session.cancelled_at is not None)


def training_context(training: Training, today: date) -> dict[str, Any]:
    """The whole page, for someone logged in."""
    sessions = sessions_to_come(training, today)
    next_open = next((session for session in sessions if status_of(session, today).is_open), None)
    upcoming = (session for session in sessions if session.cancelled_at is None and session.start > today)
    return {
        "training": training,
        "body": _body(training, next_open or next(upcoming, None)),
        "sessions": sessions,
        "next_open": next_open,
    }


def _body(training: Training, session: Session | None) -> Body:
    return Body(
        summary=training.summary,
        town=capfirst(session.town) if session else "",
        subject=training.subject.name,
        duration=duration(training.duration_days, training.duration_hours),
        audience=training.audience,
        prerequisites=training.prerequisites,
        strong_points=training.strong_points,
        objectives=training.objectives,
        programme=training.programme,
        teaching_means=training.teaching_means,
        evaluation=training.evaluation,
        trainers=tuple(training.trainers.order_by("name").values_list("name", "presentation")),
    )


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
