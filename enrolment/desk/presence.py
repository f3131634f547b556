"""Presence, noted for a whole session at once, by half-day, and corrected the same way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session
from core import outbox
from core.forms.base import BaseForm
from core.french import day as in_words
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.locking import lock_dossiers
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.models import Enrolment, MissedHalfDay, State

Half = MissedHalfDay.Half
TO_NOTE = (State.ACCEPTED, State.ATTENDED, State.ABSENT)
"""Who was expected: to be noted, or noted already."""
CORRECTED = "Présence corrigée."
UNDO = {State.ATTENDED: TransitionName.UNDO_ATTEND, State.ABSENT: TransitionName.UNDO_MISS}


@dataclass(frozen=True)
class HalfDay:
    """One half-day of a session; *key* is what a form posts."""

    day: date
    half: Half

    @property
    def key(self) -> str:
        """« 2026-12-01:morning »."""
        return f"{self.day.isoformat()}:{self.half.value}"

    @property
    def label(self) -> str:
        """« mardi 1er décembre 2026, matin »."""
        return f"{in_words(self.day)}, {self.half.label}"


def half_days(session: Session) -> list[HalfDay]:
    """The half-days of *session*: two a day, one for a training of half a day."""
    days = [session.start + timedelta(days=number) for number in range((session.end - session.start).days + 1)]
    halves = (Half.MORNING,) if session.training.duration_days == Decimal("0.5") else tuple(Half)
    return [HalfDay(each, half) for each in days for half in halves]


def expected(session: Session) -> list[Enrolment]:
    """The people whose presence is noted, by name."""
    rows = session.enrolments.filter(state__in=TO_NOTE).select_related("user")
    return list(rows.order_by("birth_name", "first_names", "id"))


class PresenceForm(BaseForm):
    """Everybody is present but for the half-days ticked."""

    missed = forms.MultipleChoiceField(label="Absences", required=False)

    def __init__(self, data: QueryDict | None, *, session: Session) -> None:
        super().__init__(data)
        self.halves = half_days(session)
        self.people = expected(session)
        rows = MissedHalfDay.objects.filter(enrolment__in=self.people)
        self.known = {f"{row.enrolment_id}:{HalfDay(row.day, Half(row.half)).key}" for row in rows}
        field = self.fields["missed"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  for the type checker
        field.choices = [(f"{who.pk}:{half.key}", "") for who in self.people for half in self.halves]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For each person, each half-day with whether it is ticked."""
        ticked = set(self.data.getlist("missed")) if isinstance(self.data, QueryDict) else self.known
        return [{"who": who, "halves": [self._cell(who, half, ticked) for half in self.halves]} for who in self.people]

    @staticmethod
    def _cell(who: Enrolment, half: HalfDay, ticked: set[str]) -> dict[str, Any]:
        value = f"{who.pk}:{half.key}"
        return {"value": value, "label": half.label, "checked": value in ticked}

    def missed_by(self) -> dict[str, set[str]]:
        """Keys of the half-days missed, by key of the dossier; only of a valid form."""
        found: dict[str, set[str]] = {str(who.pk): set() for who in self.people}
        for value in self.cleaned_data["missed"]:
            who, _, half = value.partition(":")
            found[who].add(half)
        return found


@transaction.atomic
def note(session: Session, missed: Mapping[str, set[str]], by: User, now: datetime) -> tuple[int, int]:
    """Note who was there: (present, absent). Who missed every half-day was absent; noted again, it is corrected.

    *missed*: keys of half-days by key of dossier; a dossier that it does not name is left alone. Raises
    RefusedError (NOT_BEGUN; RIGHTS_CHANGED when somebody noted absent no longer has the rights to be present).
    """
    session, dossiers = lock_dossiers(session.pk, Q(state__in=TO_NOTE))
    every = {half.key: half for half in half_days(session)}
    counts = {State.ATTENDED: 0, State.ABSENT: 0}
    for enrolment in dossiers:
        if str(enrolment.pk) not in missed:
            continue
        ticked = missed[str(enrolment.pk)] & set(every)
        target = State.ABSENT if ticked == set(every) else State.ATTENDED
        _set(session, enrolment, target, by, now)
        MissedHalfDay.objects.filter(enrolment=enrolment).delete()
        rows = [MissedHalfDay(enrolment=enrolment, day=every[key].day, half=every[key].half) for key in sorted(ticked)]
        MissedHalfDay.objects.bulk_create(rows)
        counts[target] += 1
    return counts[State.ATTENDED], counts[State.ABSENT]


def _set(session: Session, enrolment: Enrolment, target: State, by: User, now: datetime) -> None:
    """Bring a locked dossier to *target*, by the transitions of the table; one mail, of what holds in the end."""
    if enrolment.state == target:
        return
    if undo := UNDO.get(State(enrolment.state)):
        _perform(undo, session, enrolment, by, now, CORRECTED)
        undone = enrolment.events.order_by("id").last()
        if undone:
            outbox.recall(notifications.key_of(undone))
    name = TransitionName.ATTEND if target == State.ATTENDED else TransitionName.MISS
    _perform(name, session, enrolment, by, now, "")


def _perform(
    name: TransitionName, session: Session, enrolment: Enrolment, by: User, now: datetime, reason: str
) -> None:
    workflow.perform_locked(name, session, enrolment, by=by, now=now, role=Role.STAFF, reason=reason)


def may_be_noted(session: Session) -> bool:
    """Whether the session has begun and somebody was expected."""
    begun = session.start <= timezone.localdate() and not session.cancelled_at
    return begun and session.enrolments.filter(state__in=TO_NOTE).exists()
