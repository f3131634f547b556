"""What the training's page shows besides what enrolment tells (sessions as offers, price for the person)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.text import capfirst

from catalogue.models import Session, Training, address_of, where
from catalogue.sessions.in_force import both_clocks_before, first_open_start, last_day_before, leaf_before, status_of
from catalogue.sessions.session_status import Status, session_status
from core.french import duration, euros, span
from core.leaves import Leaf
from core.narrow import Narrow


@dataclass(frozen=True, slots=True)
class Body:
    """What the training's page says to everybody: the texts of staff, the towns of its sessions, who teaches."""

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


BY_DATE = Narrow(
    Session,
    *("start", "end", "schedule", "remote", "seats", "seats_taken", "cancelled_at"),
    *("place__name", "place__access", "place__commune__name"),
    order=("start", "pk"),
)
"""Sessions, with the columns that a training's page looks at."""
TEACHING = Narrow(
    Training.trainers.through, *("trainer__name", "trainer__presentation"), order=("trainer__name", "trainer__pk")
)
"""Who teaches which training."""


def open_sessions(training: Training, today: date) -> QuerySet[Session]:
    """The sessions that still take requests today, the next one first."""
    sessions = training.sessions.of_published().open_from(first_open_start(today))
    return sessions.select_related("place__commune").order_by("start", "pk")


def sessions_to_come(training: Training, today: date) -> list[Session]:
    """Those that do not begin before today, the next one first; the cancelled come last. One query."""
    to_come = BY_DATE.filter(training=training, start__gte=today)
    for session in to_come:
        session.training = training
    return sorted(to_come, key=lambda session: session.cancelled_at is not None)


def training_context(training: Training, today: date) -> dict[str, Any]:
    """The whole page, for someone logged in."""
    sessions = sessions_to_come(training, today)
    offered = [session for session in sessions if status_of(session, today).is_open]
    upcoming = [session for session in sessions if session.cancelled_at is None and session.start > today]
    return {
        "training": training,
        "body": _body(training, offered or upcoming),
        "sessions": sessions,
        "any_open": bool(offered),
    }


def _body(training: Training, sessions: list[Session]) -> Body:
    return Body(
        summary=training.summary,
        town=capfirst(", ".join(dict.fromkeys(session.town for session in sessions))),
        subject=training.subject.name,
        duration=duration(training.duration_days, training.duration_hours),
        audience=training.audience,
        prerequisites=training.prerequisites,
        strong_points=training.strong_points,
        objectives=training.objectives,
        programme=training.programme,
        teaching_means=training.teaching_means,
        evaluation=training.evaluation,
        trainers=tuple((each.trainer.name, each.trainer.presentation) for each in TEACHING.filter(training=training)),
    )


class _Row(NamedTuple):
    """The columns that the outline is made of: a training, and one of its sessions if it has any."""

    reference: str
    title: str
    summary: str
    audience: str
    prerequisites: str
    duration_days: Decimal
    duration_hours: Decimal
    price: Decimal
    body__name: str
    subject__name: str
    sessions__start: date | None
    sessions__end: date
    sessions__schedule: str
    sessions__remote: bool
    sessions__seats: int
    sessions__seats_taken: int
    sessions__cancelled_at: datetime | None
    sessions__place__commune__name: str | None


@dataclass(frozen=True, slots=True)
class Front:
    """A training in outline, in words: what everybody may read who holds its fiche."""

    url: str
    reference: str
    title: str
    body: str
    summary: str
    subject: str
    duration: str
    audience: str
    prerequisites: str
    price: str
    leaf: Leaf | None = None
    """The last day to send for the next session that takes requests; none when no session does."""
    when: str = ""
    where: str = ""
    schedule: str = ""
    clocks: str = ""
    full: bool = False
    """Whether what is left to take is a place on the waiting list of that session."""


def front(reference: str, today: date) -> Front | None:
    """The outline of the published training that bears this very reference; None when there is none. One query."""
    rows = [_Row(*row) for row in _OUTLINE.filter(reference=reference)]
    if not rows or rows[0].reference != reference:  # capitals find it too, and are led to its one address
        return None
    coming = [row for row in rows if _status(row, today) in {Status.OPEN, Status.FULL, Status.TOO_LATE}]
    is_open = [row for row in coming if _status(row, today) == Status.OPEN]
    is_full = [row for row in coming if _status(row, today) == Status.FULL]
    told = _front(rows[0], next(iter(is_open or is_full or coming), None), today, takes_requests=bool(is_open))
    return replace(told, full=bool(is_full) and not is_open)


_OUTLINE = Training.objects.published().order_by("sessions__start", "sessions__pk").values_list(*_Row._fields)


def _status(row: _Row, today: date) -> Status | None:
    if row.sessions__start is None:
        return None
    return session_status(
        start=row.sessions__start,
        end=row.sessions__end,
        seats_left=row.sessions__seats - row.sessions__seats_taken,
        cancelled=row.sessions__cancelled_at is not None,
        published=True,
        today=today,
        last_day=last_day_before(row.sessions__start),
    ).status


def _front(row: _Row, session: _Row | None, today: date, *, takes_requests: bool) -> Front:
    told = Front(
        url=address_of(row.reference),
        reference=row.reference,
        title=row.title,
        body=row.body__name,
        summary=row.summary,
        subject=row.subject__name,
        duration=duration(row.duration_days, row.duration_hours),
        audience=row.audience,
        prerequisites=row.prerequisites,
        price=euros(row.price),
    )
    if session is None or session.sessions__start is None:
        return told
    start = session.sessions__start
    return replace(
        told,
        leaf=leaf_before(start, today) if takes_requests else None,
        when=span(start, session.sessions__end),
        where=where(session.sessions__place__commune__name, remote=session.sessions__remote),
        schedule=session.sessions__schedule,
        clocks=both_clocks_before(start, today, counted=True),
    )
