"""What the page of a session shows: who comes, who waits, what they need, what happened; in a few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from catalogue.models import Session
from catalogue.sessions import in_force
from core.french import span
from enrolment.desk.sheets import SHEETS
from enrolment.dossiers.transitions import label_of
from enrolment.dossiers.vocabulary import TransitionName
from enrolment.models import Enrolment, EnrolmentEvent, State

JOURNAL = 20
"""Lines of the journal that the page shows, the latest first."""
TITLES = {
    State.SENT: "À répondre",
    State.ACCEPTED: "Acceptées",
    State.WAITING: "Liste d'attente",
    State.ATTENDED: "Présents",
    State.ABSENT: "Absents",
    State.DRAFT: "Dossiers encore à envoyer",
}
"""The states that the page lists, in this order; those that came to nothing are counted together at the end."""
ENDED = (State.REFUSED, State.CANCELLED, State.LAPSED)


@dataclass(frozen=True)
class Group:
    """The dossiers of one state."""

    title: str
    rows: list[Enrolment]
    ranked: bool = False
    acts: tuple[tuple[str, str], ...] = ()
    """Buttons of each dossier, within reach: name of the transition, its word."""


@dataclass(frozen=True)
class Entry:
    """One line of the journal, whichever table it comes from."""

    at: Any
    by: str
    what: str


def page_of(session: Session, today: date, *, people: bool) -> dict[str, Any]:
    """The context of ``templates/admin/catalogue/session/change_form.html`` above the form.

    Without *people*, for who writes the catalogue and may not read dossiers, nobody is named.
    """
    rows = session.enrolments.select_related("user").order_by("sent_at", "created_at", "id")
    dossiers = list(rows) if people else []
    groups = [
        Group(title, [each for each in dossiers if each.state == state], state == State.WAITING, _acts(state, session))
        for state, title in TITLES.items()
    ]
    ended = Group("Refusées, annulées, closes", [each for each in dossiers if each.state in ENDED])
    return {
        "when": span(session.start, session.end),
        "clocks": in_force.both_clocks(session, today),
        "groups": [group for group in groups if group.rows],
        "ended": ended,
        "entries": _journal(session, dossiers) if people else [],
        "people": people,
        "sheets": SHEETS.values() if people else (),
    }


def _acts(state: State, session: Session) -> tuple[tuple[str, str], ...]:
    if state == State.SENT:
        return ((TransitionName.ACCEPT, "Accepter"), (TransitionName.REFUSE, "Refuser"))
    if state == State.WAITING and session.seats_left > 0:
        return ((TransitionName.GIVE_SEAT, "Donner la place"),)
    return ()


def _journal(session: Session, dossiers: Iterable[Enrolment]) -> list[Entry]:
    """The latest lines of the dossiers' journals and of the session's own."""
    people = {each.pk: str(each.user or "Compte clos") for each in dossiers}
    events = EnrolmentEvent.objects.filter(enrolment__in=people).select_related("by").order_by("-id")[:JOURNAL]
    entries = [
        Entry(event.at, str(event.by or "le site"), f"{people[event.enrolment_id]} : {label_of(event.transition)}")
        for event in events
    ]
    kind = ContentType.objects.get_for_model(Session)
    acts = LogEntry.objects.filter(content_type=kind, object_id=str(session.pk)).select_related("user")
    entries += [Entry(act.action_time, str(act.user), act.get_change_message()) for act in acts[:JOURNAL]]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:JOURNAL]
