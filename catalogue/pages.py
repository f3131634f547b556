"""What the training's page shows besides what enrolment tells (sessions as offers, price for the person)."""

from datetime import date
from typing import Any

from django.conf import settings

from catalogue.deadline import first_open_start
from catalogue.models import Training
from catalogue.presentation import duration


def training_context(training: Training, today: date) -> dict[str, Any]:
    """The whole page, for someone logged in."""
    first_start = first_open_start(today, settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT)
    return {
        "training": training,
        "trainers": list(training.trainers.order_by("name")),
        "duration": duration(training.duration_days, training.duration_hours),
        "has_open": training.sessions.open_from(first_start).exists(),
    }


def outline_context(training: Training, today: date) -> dict[str, Any]:
    """The outline, for someone who is not logged in yet."""
    sessions = training.sessions.upcoming(today).select_related("place__commune")
    return {
        "training": training,
        "duration": duration(training.duration_days, training.duration_hours),
        "next_session": sessions.order_by("start", "pk").first(),
    }
