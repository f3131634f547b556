"""The site's own deadline: the rule of the settings (``catalogue.sessions.deadline`` is the arithmetic)."""

from datetime import date, timedelta

from django.conf import settings

from catalogue.models import Session, Training
from catalogue.sessions import clocks, deadline
from catalogue.sessions.session_status import SessionStatus, session_status
from core import leaves
from core.leaves import Leaf

TO_SEND = "pour envoyer la demande"
ON_MCF = "sur Mon Compte Formation"


def last_day_to_send(session: Session) -> date:
    """The last day on which a request for this session may leave."""
    return last_day_before(session.start)


def last_day_before(start: date) -> date:
    """The last day on which a request for a session that begins on *start* may leave."""
    return deadline.last_day_to_send(start, *_rule())


def first_open_start(today: date) -> date:
    """The earliest session start still open today: never today, for the session has begun."""
    return max(deadline.first_open_start(today, *_rule()), today + timedelta(days=1))


def status_of(session: Session, today: date) -> SessionStatus:
    """Whether this session takes requests today, and if not, why; reads its training."""
    return session_status(
        start=session.start,
        end=session.end,
        seats_left=session.seats_left,
        cancelled=session.cancelled_at is not None,
        published=session.training.status == Training.Status.PUBLISHED,
        today=today,
        last_day=last_day_to_send(session),
    )


def clocks_of(session: Session) -> clocks.Clocks:
    """Both clocks of this session: ADM79's and Mon Compte Formation's."""
    return clocks.clocks(session.start, _rules())


def both_clocks(session: Session, today: date, *, dif: bool = True, counted: bool = False) -> str:
    """Both clocks in one line, as every page and mail says them; without *dif*, ADM79's alone.

    *counted*: with the days left.
    """
    return both_clocks_before(session.start, today, dif=dif, counted=counted)


def both_clocks_before(start: date, today: date, *, dif: bool = True, counted: bool = False) -> str:
    """The same of a session of which only the first day is known."""
    return clocks.in_one_line(clocks.clocks(start, _rules()), today, dif=dif, counted=counted)


def leaf_before(start: date, today: date) -> Leaf:
    """The éphéméride of a session that begins on *start*: the earliest last day that binds who is paid by the DIF."""
    both = clocks.clocks(start, _rules())
    day = both.binding(today)
    return leaves.last_day(day, today, TO_SEND if day == both.send_by else ON_MCF)


def clocks_in_brief(session: Session) -> str:
    """The last days of both clocks, for the columns of the staff's lists."""
    return clocks.in_brief(clocks_of(session))


def payment_by_dif(both: clocks.Clocks, today: date) -> str:
    """What Mon Compte Formation's clock still allows, as a sentence of its own."""
    return clocks.payment(both, today)


def first_start_still_paid(today: date) -> date:
    """The earliest start for which a request created on MCF *today* leaves everybody their usual delay."""
    return deadline.first_open_start(today, settings.MCF_REQUEST_WORKING_DAYS, deadline.WORKING)


def rule_in_words() -> str:
    """« 11 jours avant la formation »."""
    return f"{delay_in_words()} avant la formation"


def delay_in_words() -> str:
    """« 11 jours », « 11 jours ouvrés »."""
    return deadline.delay_in_words(*_rule())


def _rules() -> clocks.Rules:
    return clocks.Rules(*_rule(), settings.MCF_REQUEST_WORKING_DAYS, settings.MCF_VALIDATION_WORKING_DAYS)


def _rule() -> tuple[int, str]:
    return settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT
