"""The eleventh day before the session is accepted, the tenth is refused; a day ends at midnight in Paris."""

import datetime
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Session
from catalogue.sessions.deadline import (
    CALENDAR,
    WORKING,
    delay_in_words,
    first_open_start,
    last_day_to_send,
    working_day_after,
)
from enrolment.dossiers import session_changes, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import Enrolment, State
from tests.enrolment.helpers import send
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory

PARIS = ZoneInfo("Europe/Paris")
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 12, 21), 11, date(2026, 12, 10)),
        (date(2024, 3, 11), 11, date(2024, 2, 29)),
        (date(2023, 3, 11), 11, date(2023, 2, 28)),
        (date(2028, 2, 29), 11, date(2028, 2, 18)),
        (date(2026, 4, 5), 11, date(2026, 3, 25)),
        (date(2026, 11, 2), 11, date(2026, 10, 22)),
        (date(2027, 1, 5), 11, date(2026, 12, 25)),
        (date(2026, 12, 21), 0, date(2026, 12, 21)),
    ],
)
def test_calendar_days(start, days, last):
    assert last_day_to_send(start, days, CALENDAR) == last
    assert first_open_start(last, days, CALENDAR) == start


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 12, 8), date(2026, 11, 23)),  # the issue's own examples
        (date(2027, 1, 6), date(2026, 12, 18)),  # Christmas and New Year's Day
        (date(2026, 4, 14), date(2026, 3, 27)),  # Easter Monday, 6 April
        (date(2026, 5, 18), date(2026, 4, 28)),  # 1 May, 8 May, Ascension (14 May)
        (date(2026, 5, 29), date(2026, 5, 12)),  # Ascension and Whit Monday (25 May)
        (date(2026, 7, 20), date(2026, 7, 2)),  # 14 July
        (date(2026, 11, 14), date(2026, 10, 29)),  # a Saturday; 11 November
        (date(2024, 3, 15), date(2024, 2, 29)),  # 29 February
    ],
)
def test_working_days_without_french_public_holidays(start, last):
    assert last_day_to_send(start, 11, WORKING) == last


@given(today=DAYS, days=st.integers(0, 30), unit=st.sampled_from([CALENDAR, WORKING]))
def test_the_first_open_start_is_the_inverse(today, days, unit):
    first = first_open_start(today, days, unit)
    assert last_day_to_send(first, days, unit) >= today
    assert last_day_to_send(first - datetime.timedelta(days=1), days, unit) < today


@given(start=DAYS, days=st.integers(0, 30))
def test_working_days_are_never_fewer_than_calendar_days(start, days):
    assert last_day_to_send(start, days, WORKING) <= last_day_to_send(start, days, CALENDAR)


def test_a_wrong_setting_is_named():
    with pytest.raises(ValueError, match="unknown unit"):
        last_day_to_send(date(2026, 1, 1), 11, "weeks")
    with pytest.raises(ValueError, match="after the session"):
        last_day_to_send(date(2026, 1, 1), -1, CALENDAR)


def test_the_delay_in_words():
    assert delay_in_words(11, CALENDAR) == "11 jours"
    assert delay_in_words(11, WORKING) == "11 jours ouvrés"
    assert delay_in_words(1, WORKING) == "1 jour ouvré"


LAST = {
    "an ordinary day": date(2026, 12, 10),
    "the night summer time ends": date(2026, 10, 25),
    "the night summer time begins": date(2027, 3, 28),
    "29 February": date(2028, 2, 29),
}


@pytest.mark.django_db
@pytest.mark.parametrize("last", LAST.values(), ids=LAST)
@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        (lambda last: datetime.datetime.combine(last - datetime.timedelta(days=1), datetime.time(12), PARIS), True),
        (lambda last: datetime.datetime.combine(last, datetime.time(0, 0, 0), PARIS), True),
        (lambda last: datetime.datetime.combine(last, datetime.time(23, 59, 59), PARIS), True),
        (lambda last: datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(0), PARIS), False),
        (lambda last: datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(12), PARIS), False),
    ],
    ids=["the 12th day", "the 11th day begins", "23:59:59 of the 11th day", "00:00:00 of the 10th", "the 10th day"],
)
@pytest.mark.parametrize("server", ["Europe/Paris", "UTC"])
def test_creation_and_sending_on_both_sides_of_midnight_in_paris(last, moment, accepted, server):
    start = last + datetime.timedelta(days=11)
    now = moment(last).astimezone(ZoneInfo(server))
    dossier = EnrolmentFactory(session=SessionFactory(start=start, end=start))
    newcomer, session = OfficialFactory(), dossier.session
    if accepted:
        assert workflow.create(newcomer, session, now)[1]
        assert send(dossier, now).last_day_to_send == last
        return
    with pytest.raises(RefusedError) as creation:
        workflow.create(newcomer, session, now)
    with pytest.raises(RefusedError) as sending:
        send(dossier, now)
    assert creation.value.cause == sending.value.cause == Refusal.TOO_LATE
    assert Enrolment.objects.get().state == State.DRAFT


@pytest.mark.django_db
def test_the_setting_changes_the_rule_of_what_is_sent_from_now_on_only(settings):
    now = datetime.datetime(2026, 11, 23, 9, tzinfo=PARIS)
    start = date(2026, 12, 8)
    before = send(EnrolmentFactory(session=SessionFactory(start=start, end=start)), now)
    settings.ENROLMENT_DEADLINE_UNIT = "working"
    after = send(EnrolmentFactory(session=SessionFactory(start=start, end=start)), now)
    before.refresh_from_db()
    assert (before.last_day_to_send, before.deadline_rule) == (date(2026, 11, 27), "11 jours avant la formation")
    assert (after.last_day_to_send, after.deadline_rule) == (date(2026, 11, 23), "11 jours ouvrés avant la formation")
    with pytest.raises(RefusedError):
        send(EnrolmentFactory(session=SessionFactory(start=start, end=start)), now + datetime.timedelta(days=1))


@pytest.mark.django_db
def test_moving_a_session_recomputes_nothing_already_sent(staff):
    now = timezone.now()
    session = SessionFactory()
    sent = send(EnrolmentFactory(session=session))
    draft = EnrolmentFactory(session=session)
    deadline_before = sent.last_day_to_send
    later = session.start + datetime.timedelta(days=30)
    assert session_changes.move_session(session, later, later, staff, now) == 2
    sent.refresh_from_db()
    assert (sent.state, sent.last_day_to_send) == (State.SENT, deadline_before)
    draft.session = Session.objects.get(pk=session.pk)
    assert send(draft).last_day_to_send == later - datetime.timedelta(days=11)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 25), 1, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 27), 4, date(2026, 12, 3)),
        (date(2026, 12, 24), 2, date(2026, 12, 29)),
    ],
)
def test_working_days_after_a_day_skip_weekends_and_public_holidays(day, days, expected):
    assert working_day_after(day, days) == expected
