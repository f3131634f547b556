"""Two at once on real connections: exactly one outcome, and seats and ledger add up afterwards.

These run on PostgreSQL (row locks) and on an SQLite file (one writer at a time) alike.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from accounts.profile import closing
from catalogue.models import Session
from core.models import OutgoingMail
from enrolment import periodic
from enrolment.dossiers import locking, session_changes, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import Enrolment, RightsReading, State
from enrolment.rights import ledger
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send, sending
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    OfficialFactory,
    ScaleFactory,
    SessionFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
"""A race shows itself in some rounds only."""


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions in threads that start together; each one's result, or the RefusedError it met."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return action()
        except RefusedError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def until_somebody_waits_for_us() -> None:
    """Return once another transaction stands at a lock that this PostgreSQL connection holds."""
    stopped = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        for _ in range(50_000):
            cursor.execute(stopped)
            if cursor.fetchone():
                return
    raise AssertionError("nobody waits")


def sender(enrolment: Enrolment, **changes) -> Callable[[], Enrolment]:
    """Sends a dossier as it was agreed to before the race."""
    what = sending(enrolment.session, enrolment.user, **changes)
    return lambda: workflow.submit(enrolment, enrolment.user, timezone.now(), what)


def refusals(outcomes: list[Any]) -> list[Refusal]:
    return [each.cause for each in outcomes if isinstance(each, RefusedError)]


@pytest.mark.parametrize("_", range(ROUNDS))
def test_the_last_seat(_):
    session = SessionFactory(seats=1)
    one, two = EnrolmentFactory(session=session), EnrolmentFactory(session=session)
    outcomes = at_once(sender(one), sender(two))
    assert sorted(each.state for each in outcomes) == [State.SENT, State.WAITING]
    assert seats_add_up(session)
    assert ledger_adds_up(one.user)
    assert ledger_adds_up(two.user)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_the_last_euro(_):
    official = OfficialFactory()
    RightsReading.objects.create(user=official, amount=200, read_on=timezone.localdate(), by=official)
    one, two = EnrolmentFactory(user=official), EnrolmentFactory(user=official)
    outcomes = at_once(sender(one), sender(two))
    assert refusals(outcomes) == [Refusal.RIGHTS_CHANGED]
    assert ledger_adds_up(official)
    assert sum(each.rights_used for each in official.enrolments.all()) == 200
    assert seats_add_up(one.session)
    assert seats_add_up(two.session)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_sent_twice_at_once_it_is_sent_once(_):
    enrolment = EnrolmentFactory()
    outcomes = at_once(*[sender(enrolment)] * 4)
    assert len({each.reference for each in outcomes}) == 1
    assert seats_add_up(enrolment.session)
    assert ledger_adds_up(enrolment.user)
    assert enrolment.events.count() == OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_opened_twice_at_once_there_is_one_dossier(_):
    official, session = OfficialFactory(), SessionFactory()
    outcomes = at_once(*[lambda: workflow.create(official, session, timezone.now())] * 4)
    assert Counter(new for _, new in outcomes) == {True: 1, False: 3}
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_adm79_accepts_while_the_official_cancels(_):
    enrolment = send(EnrolmentFactory())
    staff = StaffFactory()
    accept, cancel = at_once(
        lambda: workflow.accept(enrolment, staff, timezone.now()),
        lambda: workflow.cancel(enrolment, enrolment.user, timezone.now()),
    )
    # Cancelling is possible before and after acceptance; accepting only before the cancellation.
    assert cancel.state == State.CANCELLED
    assert isinstance(accept, Enrolment) or accept.cause == Refusal.WRONG_STATE
    enrolment.refresh_from_db()
    assert enrolment.state == State.CANCELLED
    assert seats_add_up(enrolment.session)
    assert ledger_adds_up(enrolment.user)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_two_of_the_staff_answer_differently(_):
    enrolment = send(EnrolmentFactory())
    staff = StaffFactory()
    outcomes = at_once(
        lambda: workflow.accept(enrolment, staff, timezone.now()),
        lambda: workflow.refuse(enrolment, staff, timezone.now(), "Public non concerné"),
    )
    assert refusals(outcomes) == [Refusal.WRONG_STATE]
    assert enrolment.events.exclude(transition="send").count() == 1
    assert seats_add_up(enrolment.session)
    assert ledger_adds_up(enrolment.user)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_the_session_is_cancelled_while_somebody_sends(_):
    enrolment, staff = EnrolmentFactory(), StaffFactory()
    sent, told = at_once(
        sender(enrolment),
        lambda: session_changes.cancel_session(enrolment.session, staff, timezone.now(), "Salle fermée"),
    )
    assert told == 1
    assert isinstance(sent, Enrolment) or sent.cause in {Refusal.SESSION_CANCELLED, Refusal.WRONG_STATE}
    enrolment.refresh_from_db()
    assert enrolment.state == State.CANCELLED
    assert seats_add_up(enrolment.session)
    assert ledger_adds_up(enrolment.user)


def test_the_session_is_cancelled_while_somebody_opens_a_dossier():
    official, session, staff = OfficialFactory(), SessionFactory(), StaffFactory()
    at_once(
        lambda: workflow.create(official, session, timezone.now()),
        lambda: session_changes.cancel_session(session, staff, timezone.now(), "Salle fermée"),
    )
    assert not Enrolment.objects.exclude(state=State.CANCELLED).exists()


@pytest.mark.parametrize("_", range(ROUNDS))
def test_the_same_people_in_two_lines_never_block_each_other(_):
    """Each session calls the two of its line, the same two, in opposite orders."""
    first, second = OfficialFactory(), OfficialFactory()
    both = SessionFactory.create_batch(2, seats=0)
    for session, order in zip(both, [(first, second), (second, first)], strict=True):
        for official in order:
            send(EnrolmentFactory(session=session, user=official))
    Session.objects.update(seats=2)
    at_once(*[lambda s=session: session_changes.call_waiting(s, timezone.now()) for session in both])
    assert Enrolment.objects.filter(state=State.SENT).count() == 4
    assert all(seats_add_up(session) for session in both)
    assert ledger_adds_up(first)
    assert ledger_adds_up(second)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_an_account_closes_while_adm79_answers_both_its_requests(_):
    """The account holds two seats that others wait for; staff decide on both while it closes: nobody blocks anybody."""
    leaving, staff = OfficialFactory(), StaffFactory()
    held = [send(EnrolmentFactory(user=leaving, session=SessionFactory(seats=1))) for _ in range(2)]
    waiting = [send(EnrolmentFactory(session=each.session)) for each in held]
    outcomes = at_once(
        lambda: closing.close_account(leaving, timezone.now()),
        lambda: workflow.refuse(held[1], staff, timezone.now(), "Public non concerné"),
        lambda: workflow.refuse(held[0], staff, timezone.now(), "Public non concerné"),
    )
    assert set(refusals(outcomes)) <= {Refusal.WRONG_STATE}
    leaving.refresh_from_db()
    assert leaving.closed_at
    for enrolment in (*held, *waiting):
        enrolment.refresh_from_db()
        assert seats_add_up(enrolment.session)
        assert ledger_adds_up(enrolment.user)
    assert {each.state for each in held} <= {State.CANCELLED, State.REFUSED}
    assert [each.state for each in waiting] == [State.SENT, State.SENT]


@pytest.mark.parametrize("_", range(ROUNDS))
def test_an_account_closes_while_it_opens_a_dossier(_):
    leaving, session = OfficialFactory(), SessionFactory()
    at_once(
        lambda: workflow.create(leaving, session, timezone.now()),
        lambda: closing.close_account(leaving, timezone.now()),
    )
    assert not Enrolment.objects.exclude(state=State.CANCELLED).exists()
    leaving.refresh_from_db()
    assert leaving.closed_at


@pytest.mark.postgres
def test_an_account_that_closes_never_stops_a_decision():
    """One transaction is stopped between its locks, the other runs into it: in the wrong order they would deadlock."""
    leaving, staff = OfficialFactory(), StaffFactory()
    enrolment = send(EnrolmentFactory(user=leaving))
    IdentityCheckFactory(user=leaving)
    holds_the_session = threading.Event()

    def decide():
        with transaction.atomic():
            locking.lock_session(enrolment.session_id)
            holds_the_session.set()
            until_somebody_waits_for_us()
            return workflow.accept(enrolment, staff, timezone.now())

    def close():
        assert holds_the_session.wait(10)
        return closing.close_account(leaving, timezone.now())

    at_once(decide, close)
    enrolment.refresh_from_db()
    assert enrolment.state == State.CANCELLED
    assert seats_add_up(enrolment.session)


def test_corrections_at_once_add_up(official):
    at_once(*[lambda: ledger.correct(official, Decimal("-1.01"), "essai", None, timezone.now())] * 8)
    official.refresh_from_db()
    assert official.rights_balance == ledger.credited_rights(official) == Decimal("791.92")


def test_run_periodic_twice_at_once_does_everything_once():
    overdue = [EnrolmentFactory(session=SessionFactory(start=timezone.localdate())) for _ in range(5)]
    outcomes = at_once(*[lambda: periodic.lapse_overdue(timezone.now())] * 2)
    assert sum(outcomes) == 5
    assert OutgoingMail.objects.count() == 5
    assert {Enrolment.objects.get(pk=each.pk).state for each in overdue} == {State.LAPSED}


def test_the_whole_command_twice_at_once():
    ScaleFactory()
    official = OfficialFactory(rights=0)
    overdue = EnrolmentFactory(session=SessionFactory(start=timezone.localdate()), user=official)
    asked = timezone.now() - timedelta(days=2)
    near = EnrolmentFactory(session=SessionFactory(start=timezone.localdate() + timedelta(days=12)), created_at=asked)
    line = send(EnrolmentFactory(session=SessionFactory(seats=0)))
    Session.objects.filter(pk=line.session_id).update(seats=1)
    at_once(*[lambda: call_command("run_periodic", stdout=StringIO())] * 2)
    overdue.refresh_from_db()
    line.refresh_from_db()
    assert (overdue.state, line.state) == (State.LAPSED, State.SENT)
    assert official.ledger.filter(kind="credit").count() == 1
    assert ledger_adds_up(official)
    assert seats_add_up(line.session)
    told = Counter(OutgoingMail.objects.values_list("template", flat=True))
    assert set(told.values()) == {1}
    assert {"enrolment/lapsed", "enrolment/reminder", "enrolment/seat_freed"} <= set(told)
    assert near.events.count() == 0


def test_two_hundred_sends_for_fifteen_seats():
    session = SessionFactory(seats=15)
    dossiers = EnrolmentFactory.create_batch(200, session=session)
    actions = [sender(enrolment) for enrolment in dossiers]

    def run(action: Callable[[], Enrolment]) -> str:
        """Send, and again when the wait was too long: the calm page of a full database says to reload it."""
        try:
            for _ in range(30):
                try:
                    return action().state
                except OperationalError:
                    connections.close_all()
        finally:
            connections.close_all()
        raise AssertionError("never sent")

    with ThreadPoolExecutor(24) as pool:
        states = Counter(pool.map(run, actions))
    assert states == {State.SENT: 15, State.WAITING: 185}
    assert seats_add_up(session)
    assert Session.objects.get(pk=session.pk).seats_taken == 15
    assert all(ledger_adds_up(enrolment.user) for enrolment in dossiers)
    assert OutgoingMail.objects.count() == 200
