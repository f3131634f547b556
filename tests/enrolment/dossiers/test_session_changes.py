"""The waiting list, sessions cancelled and moved, and what happens by itself."""

import datetime
import re
from decimal import Decimal

import pytest
import time_machine as clock
from django.core.management import call_command
from django.utils import timezone

from catalogue.sessions import in_force
from core.french import span
from core.models import Draft, OutgoingMail
from enrolment import periodic
from enrolment.dossiers import session_changes, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.funding import marks
from enrolment.identity_checks import standing
from enrolment.models import Enrolment, IdentityCheck, State
from tests.enrolment.helpers import ANSWERS, ledger_adds_up, seats_add_up, send
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    OfficialFactory,
    ScaleFactory,
    SessionFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


def mails(template: str):
    return OutgoingMail.objects.filter(template=f"enrolment/{template}")


@pytest.fixture
def full_session():
    """One seat, taken; three in line, first come first."""
    session = SessionFactory(seats=1)
    holder = send(EnrolmentFactory(session=session))
    start = timezone.now()
    line = [send(EnrolmentFactory(session=session), start + datetime.timedelta(seconds=rank)) for rank in range(3)]
    return session, holder, line


def test_a_freed_seat_goes_to_the_first_in_line_with_a_mail(full_session):
    session, holder, line = full_session
    assert [each.state for each in line] == [State.WAITING] * 3
    assert workflow.place_in_line(line[2]) == 3
    workflow.cancel(holder, holder.user, timezone.now())
    assert [Enrolment.objects.get(pk=each.pk).state for each in line] == [State.SENT, State.WAITING, State.WAITING]
    assert mails("seat_freed").get().recipient == "jeanne.moreau@courriel.example"
    assert seats_add_up(session)
    assert all(ledger_adds_up(each.user) for each in (holder, *line))


def test_who_has_no_time_left_is_passed_over(full_session):
    session, holder, line = full_session
    Enrolment.objects.filter(pk=line[0].pk).update(last_day_to_send=in_days(-1))
    workflow.refuse(holder, OfficialFactory(is_staff=True), timezone.now(), "Public non concerné")
    assert [Enrolment.objects.get(pk=each.pk).state for each in line] == [State.WAITING, State.SENT, State.WAITING]
    assert seats_add_up(session)


def test_an_offered_seat_asks_to_confirm_the_funding(full_session):
    _, holder, line = full_session
    workflow.cancel(holder, holder.user, timezone.now())
    assert Enrolment.objects.get(pk=line[0].pk).sums_to_agree


def test_seats_that_staff_add_go_to_the_line_before_any_newcomer(full_session):
    session, _, line = full_session
    session.seats = 2
    session.save(update_fields=["seats"])
    newcomer = send(EnrolmentFactory(session=session))
    assert newcomer.state == State.WAITING
    assert Enrolment.objects.get(pk=line[0].pk).state == State.SENT
    assert seats_add_up(session)


def test_added_seats_are_given_by_run_periodic(full_session):
    session, _, line = full_session
    session.seats = 3
    session.save(update_fields=["seats"])
    assert periodic.fill_free_seats(timezone.now()) == 1
    assert periodic.fill_free_seats(timezone.now()) == 0
    assert [Enrolment.objects.get(pk=each.pk).state for each in line] == [State.SENT, State.SENT, State.WAITING]
    assert seats_add_up(session)


def test_cancelling_a_session_deals_with_every_dossier(full_session, staff):
    session, holder, line = full_session
    draft = EnrolmentFactory(session=session)
    assert session_changes.cancel_session(session, staff, timezone.now(), "Intervenant malade") == 5
    assert {each.state for each in session.enrolments.all()} == {State.CANCELLED}
    assert mails("session_cancelled").count() == 5
    assert mails("seat_freed").count() == 0
    assert seats_add_up(session)
    assert all(ledger_adds_up(each.user) for each in (holder, draft, *line))
    assert session_changes.cancel_session(session, staff, timezone.now(), "Encore") == 0
    assert mails("session_cancelled").count() == 5
    with pytest.raises(RefusedError) as late:
        workflow.create(OfficialFactory(), session, timezone.now())
    assert late.value.cause == Refusal.SESSION_CANCELLED


def test_a_session_is_cancelled_with_a_reason_and_before_it_begins(staff):
    with pytest.raises(RefusedError):
        session_changes.cancel_session(SessionFactory(), staff, timezone.now(), " ")
    with pytest.raises(RefusedError):
        session_changes.cancel_session(SessionFactory(start=in_days(-1)), staff, timezone.now(), "Trop tard")


def test_a_session_is_cancelled_on_its_very_day_as_when_the_trainer_is_ill(full_session, staff, time_machine):
    session, holder, line = full_session
    time_machine.move_to(datetime.datetime.combine(session.start, datetime.time(7), datetime.UTC))
    session_changes.cancel_session(session, staff, timezone.now(), "Intervenant malade")
    assert {each.state for each in session.enrolments.all()} == {State.CANCELLED}
    assert seats_add_up(session)
    assert all(ledger_adds_up(each.user) for each in (holder, *line))


def test_moving_a_session_tells_everybody_once(full_session, staff):
    session, *_ = full_session
    new = session.start + datetime.timedelta(days=7)
    assert session_changes.move_session(session, new, new, staff, timezone.now()) == 4
    assert session_changes.move_session(session, new, new, staff, timezone.now()) == 0
    assert mails("session_moved").count() == 4
    with pytest.raises(RefusedError):
        session_changes.move_session(session, in_days(-1), in_days(-1), staff, timezone.now())


def test_a_draft_lapses_the_day_after_the_last_one(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC))
    enrolment = EnrolmentFactory(session=SessionFactory(start=datetime.date(2026, 12, 21)))
    last = datetime.datetime(2026, 12, 10, 22, 59, 59, tzinfo=datetime.UTC)
    assert periodic.lapse_overdue(last) == 0
    assert periodic.lapse_overdue(last + datetime.timedelta(seconds=1)) == 1
    assert periodic.lapse_overdue(last + datetime.timedelta(seconds=1)) == 0
    enrolment.refresh_from_db()
    assert enrolment.state == State.LAPSED
    assert mails("lapsed").count() == 1


def test_a_line_in_which_nobody_was_called_lapses_and_keeps_its_rights(full_session):
    _, holder, line = full_session
    last = datetime.datetime.combine(line[0].last_day_to_send, datetime.time(23), datetime.UTC)
    assert periodic.lapse_overdue(last) == 0, "who asked in time waits until the first day"
    later = datetime.datetime.combine(line[0].session.start, datetime.time(9), datetime.UTC)
    assert periodic.lapse_overdue(later) == 3
    holder.refresh_from_db()
    assert holder.state == State.SENT
    assert all(ledger_adds_up(each.user) for each in line)


@pytest.mark.parametrize(("days_before", "name"), [(8, None), (7, "j7"), (4, "j7"), (3, "j3"), (1, "j3"), (0, "j0")])
def test_reminders_leave_at_their_day_and_once(days_before, name):
    session = SessionFactory(start=in_days(60))
    last = session.start - datetime.timedelta(days=11)
    enrolment = EnrolmentFactory(session=session, created_at=timezone.now() - datetime.timedelta(days=2))
    IdentityCheckFactory(user=enrolment.user, status=IdentityCheck.Status.APPROVED, decided_at=timezone.now())
    moment = datetime.datetime.combine(last - datetime.timedelta(days=days_before), datetime.time(9), datetime.UTC)
    periodic.remind(moment)
    periodic.remind(moment)
    keys = [mail.key for mail in mails("reminder")]
    assert keys == ([f"reminder:{enrolment.pk}:identification:{name}"] if name else [])


def test_without_a_verified_identity_the_reminder_comes_earlier():
    session = SessionFactory(start=in_days(60))
    EnrolmentFactory(session=session, created_at=timezone.now() - datetime.timedelta(days=2))
    days = 11 + 7 + standing.usual_days(timezone.now())
    moment = datetime.datetime.combine(session.start - datetime.timedelta(days=days), datetime.time(9), datetime.UTC)
    assert periodic.remind(moment) == 1
    mail = mails("reminder").get()
    assert mail.context["words"] == "Il vous reste 7 jours pour envoyer votre pièce d'identité."


@pytest.mark.parametrize(("before", "told"), [(8, 0), (7, 1), (0, 1)])
def test_what_is_left_on_mcf_is_recalled_once_before_its_last_day(before, told):
    enrolment = send(EnrolmentFactory())
    by = in_force.clocks_of(enrolment.session).request_by
    moment = datetime.datetime.combine(by - datetime.timedelta(days=before), datetime.time(9), datetime.UTC)
    for _ in range(2):
        assert periodic.remind_of_mcf(moment) == told
    assert mails("mcf_reminder").count() == told


@pytest.mark.parametrize("funding", ["public", "self"])
def test_who_chose_another_funding_never_reads_of_mon_compte_formation(funding, run_tasks, mailoutbox, staff):
    enrolment = EnrolmentFactory()
    send(
        enrolment,
        rights=Decimal(0),
        public=Decimal(200 if funding == "public" else 0),
        answers={**ANSWERS, "funding": funding},
    )
    workflow.accept(enrolment, staff, timezone.now())
    by = in_force.clocks_of(enrolment.session).request_by
    assert periodic.remind_of_mcf(datetime.datetime.combine(by, datetime.time(9), datetime.UTC)) == 0
    run_tasks()
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        assert "Mon Compte Formation" not in mail.body + mail.alternatives[0].content


def test_a_session_moved_too_near_says_what_to_redo_and_which_dates_fit(staff, run_tasks, mailoutbox):
    enrolment = send(EnrolmentFactory())
    later = SessionFactory(training=enrolment.session.training, start=in_days(60))
    today = timezone.localdate()
    marks.say(enrolment.user, "requested", today, enrolment.user, timezone.now(), enrolment=enrolment)
    session_changes.move_session(enrolment.session, in_days(9), in_days(9), staff, timezone.now())
    run_tasks()
    told = mailoutbox[-1].body
    assert "annulez-la là-bas et créez-en une nouvelle" in told
    assert span(later.start, later.end) in told
    assert "Demande possible" not in told


def test_what_was_typed_goes_when_the_dossier_is_given_up(official):
    enrolment = EnrolmentFactory(user=official)
    Draft.objects.create(pk=enrolment.pk, kind="enrolment", owner=f"user:{official.pk}", expires_at=timezone.now())
    workflow.cancel(enrolment, official, timezone.now())
    assert not Draft.objects.exists()


@pytest.mark.parametrize("mandate_known", [True, False])
def test_when_there_is_no_time_left_for_the_check_it_is_said_once(run_tasks, mailoutbox, mandate_known):
    enrolment = EnrolmentFactory(
        session=SessionFactory(start=in_days(12)), created_at=timezone.now() - datetime.timedelta(days=2)
    )
    if not mandate_known:
        enrolment.user.mandates.all().delete()
    for _ in range(2):
        periodic.remind(timezone.now())
    run_tasks()
    (mail,) = mailoutbox
    assert mail.subject == periodic.NO_TIME
    assert enrolment.session.training.get_absolute_url() in mail.body


def test_a_dossier_just_opened_is_left_in_peace():
    EnrolmentFactory(session=SessionFactory(start=in_days(12)))
    assert periodic.remind(timezone.now()) == 0


def test_run_periodic_does_it_all_and_again_nothing(capsys):
    ScaleFactory()
    official = OfficialFactory(rights=0)
    overdue = EnrolmentFactory(session=SessionFactory(start=in_days(5)), user=official)
    Draft.objects.create(kind="enrolment", owner="user:x", expires_at=timezone.now() - datetime.timedelta(days=1))
    call_command("run_periodic")
    overdue.refresh_from_db()
    official.refresh_from_db()
    assert (overdue.state, official.rights_balance, Draft.objects.count()) == (State.LAPSED, Decimal(400), 0)
    before = OutgoingMail.objects.count()
    capsys.readouterr()
    call_command("run_periodic")
    assert OutgoingMail.objects.count() == before
    assert "dossiers clos, délai dépassé : 0" in capsys.readouterr().out


def test_one_failing_job_does_not_stop_the_others(monkeypatch, capsys):
    from config import periodic

    def broken(now):
        raise RuntimeError("panne")

    monkeypatch.setitem(periodic.JOBS, "dossiers rappelés", broken)
    with pytest.raises(Exception, match="dossiers rappelés"):
        call_command("run_periodic")
    assert "purges" in capsys.readouterr().out


def test_every_mail_is_french_plain_and_html_and_without_numbers(full_session, staff, run_tasks, mailoutbox):
    session, holder, line = full_session
    workflow.accept(holder, staff, timezone.now())
    workflow.cancel(line[2], line[2].user, timezone.now())
    session_changes.move_session(session, in_days(50), in_days(50), staff, timezone.now())
    session_changes.cancel_session(session, staff, timezone.now(), "Salle d'eau inondée & fermée")
    with clock.travel(timezone.now() + datetime.timedelta(seconds=1)):
        run_tasks()
    assert len(mailoutbox) == OutgoingMail.objects.count() > 6
    for mail in mailoutbox:
        html = mail.alternatives[0].content
        assert "&#x27;" not in mail.body + mail.subject
        assert 'lang="fr"' in html
        assert session.training.title in mail.body
        assert not re.search(r"[123478] ?\d{2} ?\d{2} ?\w{2} ?\d{3} ?\d{3}", mail.body + html)
    assert any("Droits d'élu convenus : 200,00\u00a0€" in mail.body for mail in mailoutbox)
    assert any("Salle d'eau inondée & fermée" in mail.body for mail in mailoutbox)
