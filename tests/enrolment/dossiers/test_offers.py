"""A seat set free after the last day: who asked in time is asked first, and takes it or lets it go."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingMail
from enrolment import periodic
from enrolment.dossiers import tracks, workflow
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import Enrolment, State
from tests.enrolment.dossiers.test_concurrency import ROUNDS, at_once, refusals
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory, StaffFactory


@pytest.fixture
def late_line(db) -> tuple[Enrolment, list[Enrolment], datetime]:
    """A full session with two who wait, and a moment after its last day."""
    session = SessionFactory(seats=1)
    now = timezone.now()
    holder = send(EnrolmentFactory(session=session), now)
    line = [
        send(EnrolmentFactory(session=session, user=OfficialFactory(birth_name=name)), now + timedelta(seconds=n))
        for n, name in enumerate(("Petit", "Bernard"), start=1)
    ]
    assert [each.state for each in line] == [State.WAITING] * 2
    return holder, line, now + timedelta(days=25)


def states(line: list[Enrolment]) -> list[str]:
    return [Enrolment.objects.get(pk=each.pk).state for each in line]


def asked() -> list[str]:
    """The dossiers whose person was asked, in order."""
    rows = Enrolment.objects.exclude(offered_at=None).order_by("offered_at", "sent_at")
    return [row.user.birth_name for row in rows]


@pytest.mark.django_db
class TestAsking:
    def test_the_first_in_line_is_asked_and_nobody_is_moved(self, late_line):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        assert asked() == ["Petit"]
        assert states(line) == [State.WAITING] * 2
        assert OutgoingMail.objects.filter(template="enrolment/seat_offered").count() == 1
        assert seats_add_up(holder.session)

    def test_asked_again_and_again_it_is_one_offer(self, late_line):
        holder, _, late = late_line
        workflow.cancel(holder, holder.user, late)
        for _ in range(3):
            periodic.fill_free_seats(late)
        assert asked() == ["Petit"]

    def test_without_an_answer_the_next_is_asked_a_day_later(self, late_line):
        holder, _, late = late_line
        workflow.cancel(holder, holder.user, late)
        periodic.fill_free_seats(late + timedelta(hours=23))
        assert asked() == ["Petit"]
        periodic.fill_free_seats(late + timedelta(hours=25))
        assert asked() == ["Petit", "Bernard"]

    def test_let_go_it_is_for_the_next_at_once(self, late_line):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        workflow.cancel(line[0], line[0].user, late)
        assert asked() == ["Petit", "Bernard"]
        assert states(line) == [State.CANCELLED, State.WAITING]

    def test_in_time_it_is_given_without_asking(self, late_line):
        holder, line, _ = late_line
        workflow.cancel(holder, holder.user, timezone.now())
        assert asked() == []
        assert states(line) == [State.SENT, State.WAITING]


@pytest.mark.django_db
class TestTaking:
    def test_taken_it_is_a_request_with_seat_and_rights_to_agree(self, late_line):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        taken = workflow.take_offer(line[0], line[0].user, late)
        assert (taken.state, taken.sums_to_agree) == (State.SENT, True)
        assert seats_add_up(taken.session)
        assert ledger_adds_up(taken.user)

    def test_what_was_not_proposed_is_not_taken(self, late_line):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        with pytest.raises(RefusedError) as refused:
            workflow.take_offer(line[1], line[1].user, late)
        assert refused.value.cause == Refusal.NOT_OFFERED

    def test_the_line_ends_on_the_first_day(self, late_line):
        _, line, late = late_line
        assert periodic.lapse_overdue(late) == 0
        first_day = datetime.combine(line[0].session.start, datetime.min.time(), timezone.get_current_timezone())
        assert periodic.lapse_overdue(first_day + timedelta(hours=8)) == 2
        assert states(line) == [State.LAPSED] * 2

    def test_the_person_reads_it_and_takes_it_on_the_site(self, late_line, as_user, time_machine):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        time_machine.move_to(late + timedelta(minutes=5))
        client, address = as_user(line[0].user), reverse("enrolment:seat", args=[line[0].pk])
        assert address in client.get(line[0].get_absolute_url()).text
        assert "Prendre la place" in client.get(address).text
        assert client.post(address).url == reverse("enrolment:agree", args=[line[0].pk])
        assert states(line) == [State.SENT, State.WAITING]
        other = as_user(line[1].user).get(reverse("enrolment:seat", args=[line[1].pk])).text
        assert "Prendre la place" not in other
        assert "La session est complète" in other


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize("_", range(ROUNDS))
    def test_two_who_were_asked_and_one_seat(self, late_line, _):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        periodic.fill_free_seats(late + timedelta(hours=25))
        later = late + timedelta(hours=26)
        outcomes = at_once(*[lambda each=each: workflow.take_offer(each, each.user, later) for each in line])
        assert refusals(outcomes) == [Refusal.FULL]
        assert sorted(states(line)) == [State.SENT, State.WAITING]
        assert seats_add_up(holder.session)
        assert all(ledger_adds_up(each.user) for each in line)

    @pytest.mark.parametrize("_", range(ROUNDS))
    def test_two_seats_set_free_at_once_are_two_offers(self, db, _):
        session, now = SessionFactory(seats=2), timezone.now()
        holders = [send(EnrolmentFactory(session=session), now) for _ in range(2)]
        for number in range(3):
            send(EnrolmentFactory(session=session), now + timedelta(seconds=number + 1))
        late = now + timedelta(days=25)
        at_once(*[lambda each=each: workflow.cancel(each, each.user, late) for each in holders])
        assert Enrolment.objects.exclude(offered_at=None).count() == 2
        assert OutgoingMail.objects.filter(template="enrolment/seat_offered").count() == 2

    @pytest.mark.parametrize("_", range(ROUNDS))
    def test_staff_give_the_seat_while_it_is_taken(self, late_line, _):
        holder, line, late = late_line
        workflow.cancel(holder, holder.user, late)
        staff = StaffFactory()
        give = workflow.TransitionName.GIVE_SEAT
        outcomes = at_once(
            lambda: workflow.take_offer(line[0], line[0].user, late),
            lambda: workflow.perform(give, line[1], staff, late, role=workflow.Role.STAFF),
        )
        assert refusals(outcomes) == [Refusal.FULL]
        assert seats_add_up(holder.session)

    @pytest.mark.parametrize("_", range(ROUNDS))
    def test_accepted_twice_and_taken_back_at_once(self, db, _):
        dossier, one, two = send(EnrolmentFactory()), StaffFactory(), StaffFactory()
        workflow.accept(dossier, one, timezone.now())
        undo = workflow.TransitionName.UNDO_ACCEPT
        outcomes = at_once(
            lambda: workflow.perform(undo, dossier, one, timezone.now(), role=workflow.Role.STAFF, reason="Erreur"),
            lambda: workflow.perform(undo, dossier, two, timezone.now(), role=workflow.Role.STAFF, reason="Erreur"),
        )
        assert refusals(outcomes) == [Refusal.WRONG_STATE]
        assert states([dossier]) == [State.SENT]
        assert seats_add_up(dossier.session)


@pytest.mark.parametrize(
    ("seats", "words"), [(1, "prenez ou laissez la place proposée"), (0, "vous écrit si une place")]
)
def test_a_seat_that_is_proposed_is_theirs_to_take_as_long_as_it_is_there(db, seats, words):
    session = SessionFactory(seats=1, seats_taken=1 - seats)
    waits = Enrolment(session=session, state=State.WAITING, offered_at=timezone.now())
    (coming,) = tracks.seat(waits, Checklist(()), session.start).next
    assert coming.words.startswith(words)
    assert coming.by is None  # nobody is told a last day that does not bind
