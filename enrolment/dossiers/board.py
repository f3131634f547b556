"""The dossiers of one person as home and « Mes inscriptions » show them: who must act first at the top."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from accounts.models import User
from accounts.requests import AuthenticatedRequest
from core import french
from core.leaves import Leaf
from core.narrow import Narrow
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.facts import Situation, situation_of
from enrolment.dossiers.next_act import NextAct, most_urgent_first, next_act
from enrolment.dossiers.stamps import Stamp, stamp_of
from enrolment.dossiers.tracks import Side
from enrolment.models import AssistedEnrolment, Enrolment

CHOOSE = "choisissez une formation"
"""What comes first for who has no request under way."""
TAKE = "reprenez le dossier préparé avec l'ADM79"
"""What comes first for somebody who called, and has an account by now."""

COLUMNS = (
    *("state", "reference", "sent_at", "decided_at", "last_day_to_send", "user", "session"),
    *("funding", "price", "rights_agreed", "public_agreed", "sums_to_agree", "offered_at"),
    *("session__start", "session__end", "session__remote", "session__cancelled_at"),
    *("session__seats", "session__seats_taken"),
    *("session__training__reference", "session__training__title", "session__training__mcf_url"),
    *("session__place__name", "session__place__commune__name"),
)
"""The columns that lists of dossiers look at: all others would take as long as all the rest of the page."""
BY_SESSION = Narrow(Enrolment, *COLUMNS, order=("session__start", "pk"))


@dataclass(frozen=True)
class Entry:
    """One living dossier: its act, leaf and stamp, and what is left to do."""

    enrolment: Enrolment
    act: NextAct
    leaf: Leaf
    stamp: Stamp
    checklist: Checklist
    tracks: tuple[Side, Side]
    url: str

    @property
    def title(self) -> str:
        """The training's title."""
        return self.enrolment.session.training.title

    @property
    def where_and_when(self) -> str:
        """« Mardi 29 décembre 2026, Maison des maires, Niort »."""
        session = self.enrolment.session
        return capfirst(f"{french.span(session.start, session.end)}, {session.where}")


@dataclass(frozen=True)
class Board:
    """*live*: sorted by who must act and by when; *past*: the latest first.

    *prepared*: what staff prepared for who has nothing under way yet.
    """

    live: list[Entry]
    past: list[Enrolment]
    person: User
    prepared: AssistedEnrolment | None = None

    @property
    def sentence(self) -> str:
        """What home says first: « Jeanne, envoyez votre demande d'inscription »."""
        sentence = self.live[0].act.sentence if self.live else TAKE if self.prepared else CHOOSE
        name = self.person.get_short_name()
        return f"{name}, {sentence}" if name else capfirst(sentence)


def board_of(request: AuthenticatedRequest, now: datetime) -> Board:
    """The dossiers of the person who looks, their facts asked once."""
    return board_for(situation_of(request, now))


def board_for(situation: Situation) -> Board:
    """The dossiers of one person, as that person sees them."""
    dossiers = BY_SESSION.filter(user=situation.user)
    entries = {}
    for each in dossiers:
        each.user = situation.user
        if each.is_live:
            checklist = situation.checklist(each.session, each)
            act = next_act(each, checklist)
            leaf, sides = act.leaf(situation.today), situation.tracks(each, checklist)
            entries[each.pk] = Entry(each, act, leaf, stamp_of(each), checklist, sides, each.get_absolute_url())
    acts = most_urgent_first(entry.act for entry in entries.values())
    past = [each for each in reversed(dossiers) if not each.is_live]
    prepared = None if entries else _prepared(situation)
    return Board([entries[act.enrolment.pk] for act in acts], past, situation.user, prepared)


def _prepared(situation: Situation) -> AssistedEnrolment | None:
    open_ones = AssistedEnrolment.objects.unfinished(situation.now).filter(for_user=situation.user)
    return open_ones.select_related("session__training").order_by("-opened_at", "pk").first()
