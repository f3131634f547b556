"""Whether a session takes requests, and if not, why. Pure: facts come in, one word comes out.

Everything that says so asks here: search, cards, the training's page, the fiche, the admin's list, the guards of the
transitions. ``SessionQuerySet`` says the same in SQL, and a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto


class Status(StrEnum):
    """What a session is today; the first that applies, from top to bottom."""

    CANCELLED = auto()
    OVER = auto()
    WITHDRAWN = auto()
    BEGUN = auto()
    TOO_LATE = auto()
    FULL = auto()
    OPEN = auto()


LABELS = {
    Status.CANCELLED: "annulée",
    Status.OVER: "passée",
    Status.WITHDRAWN: "formation non publiée",
    Status.BEGUN: "commencée",
    Status.TOO_LATE: "close (délai)",
    Status.FULL: "complète",
    Status.OPEN: "ouverte",
}
"""In a word, for staff."""

REASONS = {
    Status.CANCELLED: "La session est annulée.",
    Status.OVER: "La formation est terminée.",
    Status.WITHDRAWN: "La formation n'est pas proposée.",
    Status.BEGUN: "La formation a commencé.",
    Status.TOO_LATE: "Le délai est dépassé.",
    Status.FULL: "La session est complète.",
    Status.OPEN: "",
}
"""Why no request takes a seat, in a sentence; empty when one does."""


@dataclass(frozen=True)
class SessionStatus:
    """A session today, and the last day on which a request for it may leave (or might have left)."""

    status: Status
    last_day: date

    @property
    def is_open(self) -> bool:
        """Whether a request takes a seat."""
        return self.status == Status.OPEN

    @property
    def takes_requests(self) -> bool:
        """Whether a request may leave: with a seat, or for the waiting list of a full session."""
        return self.status in {Status.OPEN, Status.FULL}

    @property
    def label(self) -> str:
        """« ouverte », « complète », « close (délai) »."""
        return LABELS[self.status]

    @property
    def reason(self) -> str:
        """« La session est complète. »; empty when it is open."""
        return REASONS[self.status]


def session_status(
    *, start: date, end: date, seats_left: int, cancelled: bool, published: bool, today: date, last_day: date
) -> SessionStatus:
    """The status on the day *today*, in Paris; *published*: whether the training is offered."""
    if cancelled:
        status = Status.CANCELLED
    elif today > end:
        status = Status.OVER
    elif not published:
        status = Status.WITHDRAWN
    elif has_begun(start, today):
        status = Status.BEGUN
    elif is_too_late(last_day, today):
        status = Status.TOO_LATE
    else:
        status = Status.FULL if is_full(seats_left) else Status.OPEN
    return SessionStatus(status, last_day)


def has_begun(start: date, today: date) -> bool:
    """From the first day on, whatever the hour: nothing more can be asked, given up or moved."""
    return today >= start


def is_too_late(last_day: date, today: date) -> bool:
    """The last day counts until midnight."""
    return today > last_day


def is_full(seats_left: int) -> bool:
    """No seat is left."""
    return seats_left <= 0
