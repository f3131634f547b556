"""What everybody may read of the catalogue without logging in: titles, dates, towns and last days of open sessions."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from catalogue.models import Session, Training
from catalogue.sessions.in_force import first_open_start, last_day_to_send
from core import french, leaves
from core.leaves import Leaf

SHOWN_AT_HOME = 5
TO_SEND = "pour envoyer la demande"
"""What the last day is for, as the leaf says it."""


@dataclass(frozen=True, slots=True)
class OutlineCard:
    """One open session in a list: its leaf, its training's title and address, when and where, in words."""

    url: str
    title: str
    leaves: tuple[Leaf, ...]
    lines: tuple[str, ...]


def next_open_sessions(today: date, limit: int | None = None) -> list[OutlineCard]:
    """The sessions of published trainings that still take requests *today*, the one that closes first at the top."""
    found = _open(today).select_related("training", "place__commune").order_by("start", "pk")
    return [_card(session, today) for session in found[:limit]]


def _open(today: date) -> QuerySet[Session]:
    return Session.objects.open_from(first_open_start(today)).filter(training__status=Training.Status.PUBLISHED)


def _card(session: Session, today: date) -> OutlineCard:
    when = french.span(session.start, session.end)
    return OutlineCard(
        url=session.training.get_absolute_url(),
        title=session.training.title,
        leaves=(leaves.last_day(last_day_to_send(session), today, TO_SEND),),
        lines=(when[0].upper() + when[1:], session.town[0].upper() + session.town[1:]),
    )
