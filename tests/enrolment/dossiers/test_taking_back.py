"""« Revenir sur cette décision »: seats, rights and the line stay exact, and one coherent mail tells of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingMail
from enrolment.dossiers import workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.transitions import TAKING_BACK
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.models import Enrolment, LedgerEntry, State
from tests.desk import press
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.enrolment.helpers import ledger_adds_up, seats_add_up
from tests.factories import EnrolmentFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db

Name = TransitionName
DECISIONS = [
    (Name.REFUSE, State.SENT, Name.BACK_TO_SENT),
    (Name.REFUSE, State.WAITING, Name.BACK_TO_WAITING),
    (Name.CANCEL_BY_STAFF, State.SENT, Name.BACK_TO_SENT),
    (Name.CANCEL_BY_STAFF, State.WAITING, Name.BACK_TO_WAITING),
    (Name.CANCEL_BY_STAFF, State.ACCEPTED, Name.BACK_TO_ACCEPTED),
    (Name.ATTEND, State.ACCEPTED, Name.UNDO_ATTEND),
    (Name.MISS, State.ACCEPTED, Name.UNDO_MISS),
]
"""What staff decided, from which state, and the way back."""


def decided(decision, state, **session) -> Enrolment:
    """A dossier about which staff took this decision."""
    begun = decision in {Name.ATTEND, Name.MISS}
    enrolment = dossier_in(state, SessionFactory(start=in_days(0 if begun else 30), **session))
    return act(decision, enrolment)


def act(name, enrolment) -> Enrolment:
    by = StaffFactory()
    return workflow.perform(name, enrolment, by, timezone.now(), role=Role.STAFF, reason="Erreur de notre part")


UNSAID = (Name.ACCEPT, State.SENT, Name.UNDO_ACCEPT)
"""An answer that nobody has read yet; once told, an accepted request is cancelled, with its reason."""


@pytest.mark.parametrize(("decision", "state", "back"), [*DECISIONS, UNSAID])
def test_all_is_as_before_the_decision(decision, state, back):
    enrolment = decided(decision, state)
    now = act(back, enrolment)
    assert now.state == state
    assert now.decision_reason == ""
    assert seats_add_up(now.session)
    assert ledger_adds_up(now.user)


@pytest.mark.parametrize(("decision", "state", "back"), [*DECISIONS, UNSAID])
def test_a_decision_whose_mail_has_not_left_is_taken_back_in_silence(decision, state, back):
    act(back, decided(decision, state))
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(("decision", "state", "back"), DECISIONS)
def test_one_mail_tells_of_it_when_the_decision_was_told(decision, state, back, run_tasks, mailoutbox):
    enrolment = decided(decision, state)
    run_tasks()
    mailoutbox.clear()
    act(back, enrolment)
    run_tasks()
    assert [message.subject for message in mailoutbox] == ["L'ADM79 revient sur sa décision"]
    assert "Erreur de notre part" in mailoutbox[0].body


@pytest.mark.parametrize("back", sorted(TAKING_BACK))
@pytest.mark.parametrize("state", list(State))
def test_without_a_decision_of_staff_there_is_no_way_back(state, back):
    if (state, back) in {(State.ATTENDED, Name.UNDO_ATTEND), (State.ABSENT, Name.UNDO_MISS)}:
        pytest.skip("only staff note presence")
    enrolment = dossier_in(state, SessionFactory())
    with pytest.raises(RefusedError):
        act(back, enrolment)
    enrolment.refresh_from_db()
    assert enrolment.state == state


def test_what_the_person_cancelled_is_theirs():
    enrolment = dossier_in(State.SENT, SessionFactory())
    workflow.cancel(enrolment, enrolment.user, timezone.now())
    with pytest.raises(RefusedError) as refused:
        act(Name.BACK_TO_SENT, enrolment)
    assert refused.value.cause == Refusal.NOT_OURS


def test_an_acceptance_that_was_told_has_no_way_back(run_tasks):
    enrolment = decided(Name.ACCEPT, State.SENT)
    run_tasks()
    with pytest.raises(RefusedError) as refused:
        act(Name.UNDO_ACCEPT, enrolment)
    assert refused.value.cause == Refusal.TOLD


class TestWhatDependsOnIt:
    def test_the_seat_went_to_somebody_else(self):
        enrolment = decided(Name.REFUSE, State.SENT, seats=1)
        dossier_in(State.SENT, enrolment.session)
        with pytest.raises(RefusedError) as refused:
            act(Name.BACK_TO_SENT, enrolment)
        assert refused.value.cause == Refusal.FULL

    def test_the_person_opened_another_dossier(self):
        enrolment = decided(Name.REFUSE, State.SENT)
        EnrolmentFactory(user=enrolment.user, session=enrolment.session)
        with pytest.raises(RefusedError) as refused:
            act(Name.BACK_TO_SENT, enrolment)
        assert refused.value.cause == Refusal.NEWER_DOSSIER


def test_rights_used_by_mistake_stand_in_the_ledger_both_ways():
    enrolment = act(Name.UNDO_ATTEND, decided(Name.ATTEND, State.ACCEPTED))
    kinds = LedgerEntry.objects.filter(enrolment=enrolment).values_list("kind", "amount")
    assert sum(amount for kind, amount in kinds if kind in {"use", "use_undone"}) == 0
    assert act(Name.ATTEND, enrolment).state == State.ATTENDED


def test_staff_see_the_one_way_back_and_take_it(staff_client):
    enrolment = decided(Name.CANCEL_BY_STAFF, State.ACCEPTED)
    page = staff_client.get(reverse("admin:enrolment_enrolment_change", args=[enrolment.pk]))
    assert page.text.count("Revenir sur cette décision") == 1
    address = reverse("admin:enrolment_enrolment_act", args=[enrolment.pk, "back_to_accepted"])
    assert press(staff_client, address, {"reason": "Erreur de notre part"}).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == State.ACCEPTED


def test_a_seat_is_given_to_whom_staff_choose_even_after_the_last_day():
    session = SessionFactory(seats=3)
    first, second = dossier_in(State.WAITING, session), dossier_in(State.WAITING, session)
    Enrolment.objects.update(last_day_to_send=in_days(-1))
    assert act(Name.GIVE_SEAT, second).state == State.SENT
    first.refresh_from_db()
    assert first.state == State.WAITING
    assert seats_add_up(session)
