"""What was decided of a dossier so far, as its journal tells it."""

from datetime import timedelta

from enrolment.dossiers.transitions import NOTES
from enrolment.dossiers.vocabulary import TransitionName
from enrolment.models import LIVE_STATES, Enrolment, EnrolmentEvent, State

ANSWERS = frozenset({TransitionName.ACCEPT, TransitionName.REFUSE})
"""The answers to a request."""
HELD_FOR = timedelta(seconds=60)
"""How long the mail of an answer waits, so that a slip of the hand reaches nobody."""


def decided_from(enrolment: Enrolment) -> State | None:
    """The state from which staff refused or cancelled this dossier, when that is the last thing that happened to it."""
    if enrolment.state not in {State.REFUSED, State.CANCELLED}:
        return None
    last = last_decision(enrolment)
    ours = last and last.transition in {TransitionName.REFUSE, TransitionName.CANCEL_BY_STAFF}
    return State(last.source) if last and ours else None


def last_decision(enrolment: Enrolment) -> EnrolmentEvent | None:
    """The transition by which the dossier came to where it stands."""
    return enrolment.events.exclude(transition__in=NOTES).order_by("id").last()


def newer_dossier(enrolment: Enrolment) -> bool:
    """Whether the person has another living dossier for this session; nobody has one for a closed account."""
    others = Enrolment.objects.filter(user=enrolment.user_id, session=enrolment.session_id, state__in=LIVE_STATES)
    return enrolment.user_id is None or others.exclude(pk=enrolment.pk).exists()
