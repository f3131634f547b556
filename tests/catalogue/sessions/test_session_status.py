"""One word for a session, the same in Python and in SQL, around every border."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session
from catalogue.search.engine import Criteria, Search
from catalogue.search.page import SearchPage
from catalogue.sessions import in_force
from catalogue.sessions.session_status import (
    LABELS,
    REASONS,
    SessionStatus,
    Status,
    has_begun,
    is_full,
    is_too_late,
    session_status,
)
from tests.factories import SessionFactory, TrainingFactory

START, END, LAST_DAY = datetime.date(2026, 12, 21), datetime.date(2026, 12, 22), datetime.date(2026, 12, 10)


def status_on(today, **changes):
    facts = {"start": START, "end": END, "seats_left": 1, "cancelled": False, "published": True, "last_day": LAST_DAY}
    return session_status(**{**facts, **changes}, today=today).status


@pytest.mark.parametrize(
    ("today", "changes", "expected"),
    [
        (datetime.date(2026, 12, 10), {}, "open"),
        (datetime.date(2026, 12, 10), {"seats_left": 0}, "full"),
        (datetime.date(2026, 12, 11), {}, "too_late"),
        (datetime.date(2026, 12, 11), {"seats_left": 0}, "too_late"),
        (datetime.date(2026, 12, 20), {}, "too_late"),
        (datetime.date(2026, 12, 21), {}, "begun"),
        (datetime.date(2026, 12, 21), {"last_day": START}, "begun"),
        (datetime.date(2026, 12, 22), {}, "begun"),
        (datetime.date(2026, 12, 23), {}, "over"),
        (datetime.date(2026, 12, 23), {"published": False}, "over"),
        (datetime.date(2026, 12, 10), {"published": False}, "withdrawn"),
        (datetime.date(2026, 12, 21), {"published": False}, "withdrawn"),
        (datetime.date(2026, 12, 10), {"cancelled": True}, "cancelled"),
        (datetime.date(2026, 12, 23), {"cancelled": True, "published": False}, "cancelled"),
    ],
)
def test_what_a_session_is(today, changes, expected):
    assert status_on(today, **changes) == expected


def test_the_borders():
    day = datetime.timedelta(days=1)
    assert [has_begun(START, START + n * day) for n in (-1, 0, 1)] == [False, True, True]
    assert [is_too_late(LAST_DAY, LAST_DAY + n * day) for n in (-1, 0, 1)] == [False, False, True]
    assert [is_full(seats) for seats in (1, 0, -1)] == [False, True, True]


def test_what_each_status_allows_and_says():
    said = {status: SessionStatus(status, LAST_DAY) for status in Status}
    assert [name for name, each in said.items() if each.is_open] == ["open"]
    assert {name for name, each in said.items() if each.takes_requests} == {"open", "full"}
    assert [name for name, each in said.items() if not each.reason] == ["open"]
    assert {each.last_day for each in said.values()} == {LAST_DAY}
    assert (said[Status.FULL].label, said[Status.FULL].reason) == ("complète", "La session est complète.")
    assert set(LABELS) == set(REASONS) == set(Status)
    assert list(LABELS.values()) == [
        "annulée",
        "passée",
        "formation non publiée",
        "commencée",
        "close (délai)",
        "complète",
        "ouverte",
    ]
    assert list(REASONS.values()) == [
        "La session est annulée.",
        "La formation est terminée.",
        "La formation n'est pas proposée.",
        "La formation a commencé.",
        "Le délai est dépassé.",
        "La session est complète.",
        "",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "unit"), [(11, "calendar"), (11, "working"), (0, "calendar"), (1, "working")])
def test_sql_and_the_pure_rule_agree_around_every_border(settings, days, unit):
    settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT = days, unit
    today = datetime.date(2026, 11, 25)
    trainings = [TrainingFactory(), TrainingFactory(status="withdrawn"), TrainingFactory(status="draft")]
    for offset in (-2, -1, 0, 1, 2, 10, 11, 12, 15, 16, 17, 18, 19):
        start = today + datetime.timedelta(days=offset)
        for training in trainings:
            SessionFactory(training=training, start=start)
        SessionFactory(training=trainings[0], start=start, end=start + datetime.timedelta(days=1))
        SessionFactory(training=trainings[0], start=start, seats=1, seats_taken=1)
        SessionFactory(training=trainings[0], start=start, cancelled_at=timezone.now())
    sessions = list(Session.objects.select_related("training"))
    found = {status: set() for status in Status}
    for session in sessions:
        found[in_force.status_of(session, today).status].add(session)
    assert [status for status, rows in found.items() if not rows and status != Status.TOO_LATE] == []
    opening = in_force.first_open_start(today)
    offered = Session.objects.of_published()
    assert set(offered.open_from(opening)) == found[Status.OPEN]
    assert set(offered.full_from(opening)) == found[Status.FULL]
    assert set(offered.in_time(opening)) == found[Status.OPEN] | found[Status.FULL]
    assert set(offered.upcoming(today)) == found[Status.OPEN] | found[Status.FULL] | found[Status.TOO_LATE]
    live = offered.filter(cancelled_at=None)
    assert set(live.begun(today)) == found[Status.BEGUN] | {each for each in found[Status.OVER] if each in live}


@pytest.mark.django_db
@pytest.mark.parametrize(("taken", "said"), [(9, ""), (10, "5 places"), (14, "1 place")])
def test_a_card_says_that_few_seats_are_left_from_five_on(taken, said):
    SessionFactory(seats=15, seats_taken=taken)
    (card,) = SearchPage(Search(Criteria(), timezone.localdate())).cards
    assert card.seats.replace("\u00a0", " ") == said


@pytest.mark.django_db
def test_of_two_sessions_on_one_day_the_card_shows_the_one_that_is_open():
    full = SessionFactory(seats=1, seats_taken=1)
    SessionFactory(training=full.training, start=full.start, seats=3, remote=True, place=None)
    (card,) = SearchPage(Search(Criteria(), timezone.localdate())).cards
    assert (card.where, card.seats.replace("\u00a0", " ")) == ("À distance", "3 places")


@pytest.mark.django_db
def test_every_page_agrees_on_the_first_day(official_client, staff_client):
    """The session begins today: no list offers it, the admin says so, and no request leaves."""
    session = SessionFactory(start=timezone.localdate())
    (card,) = SearchPage(Search(Criteria(), timezone.localdate())).cards
    assert (card.when, card.last_day) == ("", "")
    assert "Créer mon dossier d'inscription" not in official_client.get(session.training.get_absolute_url()).text
    assert "commencée" in staff_client.get(reverse("admin:catalogue_session_changelist")).text
    assert official_client.post(reverse("enrolment:create", args=[session.pk])).status_code == 409
