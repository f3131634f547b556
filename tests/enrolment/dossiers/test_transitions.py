"""Every state × transition × role: allowed or refused as the table says; refused, nothing changes, nothing is sent."""

import datetime

import pytest
from django.utils import timezone

from catalogue.models import Session
from catalogue.sessions import in_force
from core.models import OutgoingMail
from enrolment.dossiers import workflow
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.transitions import TAKING_BACK, TRANSITIONS
from enrolment.dossiers.vocabulary import Effect, Role, TransitionName
from enrolment.models import SEATED_STATES, Enrolment, EnrolmentEvent, LedgerEntry, State
from enrolment.rights import ledger
from tests.enrolment.helpers import ledger_adds_up, seats_add_up
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db

PERFORMED = [name for name in TransitionName if name not in {TransitionName.SEND, TransitionName.QUEUE}]
"""Sending has its own door (``submit``); ``perform`` must never let it through without answers."""


def dossier_in(state: State, session: Session) -> Enrolment:
    """A dossier as it stands in a state: with its seat and its rights, when the state holds them."""
    official = OfficialFactory()
    enrolment = EnrolmentFactory(session=session, user=official)
    sent = state not in {State.DRAFT, State.LAPSED, State.CANCELLED}
    if sent:
        enrolment.reference = f"79-{str(enrolment.pk)[:9]}"
        enrolment.sent_at = timezone.now()
        enrolment.last_day_to_send = in_force.last_day_to_send(session)
        enrolment.price = enrolment.rights_agreed = session.training.price
        enrolment.birth_name, enrolment.first_names = "Moreau", "Jeanne"
        enrolment.email = "jeanne.moreau@courriel.example"
        enrolment.proof = "franceconnect"
    if state in {State.SENT, State.ACCEPTED}:
        ledger.reserve(enrolment, session.training.price, timezone.now())
    enrolment.state = state
    enrolment.save()
    if state in SEATED_STATES:
        session.seats_taken += 1
        session.save()
    return enrolment


def session_for(name: TransitionName) -> Session:
    """A session for which the guards of this transition hold."""
    if name in {TransitionName.ATTEND, TransitionName.MISS}:
        return SessionFactory(start=in_days(0))
    if name == TransitionName.CLOSE_LINE:
        return SessionFactory(start=in_days(0))
    if name in {TransitionName.LAPSE, TransitionName.OFFER}:
        return SessionFactory(start=in_days(5))
    if name == TransitionName.CANCEL_WITH_SESSION:
        return SessionFactory(cancelled_at=timezone.now())
    return SessionFactory()


def picture(enrolment: Enrolment) -> tuple:
    """All that a refused transition must leave as it was."""
    row = Enrolment.objects.filter(pk=enrolment.pk).values().get()
    seats = Session.objects.values_list("seats_taken", flat=True).get(pk=enrolment.session_id)
    return row, seats, EnrolmentEvent.objects.count(), LedgerEntry.objects.count(), OutgoingMail.objects.count()


@pytest.mark.parametrize("name", PERFORMED)
@pytest.mark.parametrize("state", list(State))
def test_the_table_and_nothing_but_the_table(state, name):
    session = session_for(name)
    enrolment = dossier_in(state, session)
    if name == TransitionName.TAKE_OFFER:
        Enrolment.objects.filter(pk=enrolment.pk).update(offered_at=timezone.now())
    line = TRANSITIONS[name]
    who = {Role.OFFICIAL: enrolment.user, Role.STAFF: StaffFactory(), Role.SYSTEM: None}
    before = picture(enrolment)
    for role in Role:
        if state not in line.sources or role != line.role:
            with pytest.raises(RefusedError):
                workflow.perform(name, enrolment, who[role], timezone.now(), role=role, reason="Salle indisponible")
            assert picture(enrolment) == before
    if state in line.sources and name not in TAKING_BACK:  # a way back needs the decision: test_taking_back
        workflow.perform(name, enrolment, who[line.role], timezone.now(), role=line.role, reason="Salle indisponible")
        enrolment.refresh_from_db()
        assert enrolment.state == line.target
        event = enrolment.events.get()
        assert (event.transition, event.source, event.target) == (name, state, line.target)
        assert event.by == who[line.role]
        assert OutgoingMail.objects.get().template == f"enrolment/{line.mail}"
        assert (enrolment.rights_used > 0) == (
            line.target in {State.SENT, State.ACCEPTED, State.ATTENDED} and state != State.DRAFT
        )
    assert seats_add_up(session)
    assert state in {State.ATTENDED, State.ABSENT} or ledger_adds_up(enrolment.user)


@pytest.mark.parametrize("name", [TransitionName.SEND, TransitionName.QUEUE])
@pytest.mark.parametrize("state", list(State))
def test_sending_has_its_own_door(state, name):
    enrolment = dossier_in(state, SessionFactory())
    before = picture(enrolment)
    with pytest.raises(RefusedError):
        workflow.perform(name, enrolment, enrolment.user, timezone.now(), role=Role.OFFICIAL)
    assert picture(enrolment) == before


@pytest.mark.parametrize("line", [line for line in TRANSITIONS.values() if line.needs_reason], ids=lambda x: x.name)
def test_without_a_reason_nothing_happens(line):
    state = min(line.sources)
    enrolment = dossier_in(state, session_for(line.name))
    before = picture(enrolment)
    with pytest.raises(RefusedError):
        workflow.perform(line.name, enrolment, StaffFactory(), timezone.now(), role=line.role, reason="  ")
    assert picture(enrolment) == before


def test_somebody_else_cannot_act_on_a_dossier(other_official):
    enrolment = dossier_in(State.SENT, SessionFactory())
    with pytest.raises(RefusedError):
        workflow.cancel(enrolment, other_official, timezone.now())
    with pytest.raises(RefusedError):
        workflow.accept(enrolment, other_official, timezone.now())


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (TransitionName.ACCEPT, {"start": in_days(0), "end": in_days(0)}),
        (TransitionName.CANCEL, {"start": in_days(0), "end": in_days(0)}),
        (TransitionName.ATTEND, {"start": in_days(1), "end": in_days(1)}),
        (TransitionName.MISS, {"start": in_days(1), "end": in_days(1)}),
        (TransitionName.PROMOTE, {"seats": 1, "seats_taken": 1}),
        (TransitionName.PROMOTE, {"cancelled_at": timezone.now()}),
        (TransitionName.LAPSE, {"start": in_days(30), "end": in_days(30)}),
        (TransitionName.CANCEL_WITH_SESSION, {"cancelled_at": None}),
        (TransitionName.CLOSE_LINE, {"start": in_days(1), "end": in_days(1)}),
        (TransitionName.OFFER, {"seats": 1, "seats_taken": 1}),
        (TransitionName.TAKE_OFFER, {}),
    ],
)
def test_guards_refuse_and_leave_everything(name, changes):
    line = TRANSITIONS[name]
    session = session_for(name)
    enrolment = dossier_in(min(line.sources), session)
    Session.objects.filter(pk=session.pk).update(**changes)
    by = {Role.OFFICIAL: enrolment.user, Role.STAFF: StaffFactory(), Role.SYSTEM: None}[line.role]
    before = picture(enrolment)
    with pytest.raises(RefusedError):
        workflow.perform(name, enrolment, by, timezone.now(), role=line.role, reason="Salle indisponible")
    assert picture(enrolment) == before


def test_a_promotion_waits_for_the_deadline():
    late = dossier_in(State.WAITING, SessionFactory())
    Enrolment.objects.filter(pk=late.pk).update(last_day_to_send=in_days(-1))
    with pytest.raises(RefusedError):
        workflow.perform(TransitionName.PROMOTE, late, None, timezone.now(), role=Role.SYSTEM)


def test_every_transition_that_frees_a_seat_calls_the_next_unless_the_session_is_off():
    for line in TRANSITIONS.values():
        if Effect.FREE_SEAT in line.effects:
            assert (Effect.CALL_NEXT in line.effects) == (line.name != TransitionName.CANCEL_WITH_SESSION)


def test_a_closed_dossier_lets_a_new_one_begin():
    session = SessionFactory()
    enrolment = dossier_in(State.CANCELLED, session)
    again, new = workflow.create(enrolment.user, session, timezone.now() + datetime.timedelta(seconds=1))
    assert new
    assert again.pk != enrolment.pk
