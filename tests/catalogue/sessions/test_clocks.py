"""Two clocks: until when a request leaves from here, until when Mon Compte Formation should still have it paid."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.sessions.clocks import Rules, Stretch, clocks, in_one_line
from catalogue.sessions.deadline import is_working_day

GUIDE = Rules(send_days=11, send_unit="calendar", request_working_days=17, validation_working_days=11)
START = date(2026, 12, 21)
"""A Monday before Christmas; 11 working days back is Friday the 4th, 17 is Thursday 26 November."""
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_both_clocks_of_a_session_before_christmas():
    both = clocks(START, GUIDE)
    assert (both.send_by, both.request_by, both.validate_by) == (
        date(2026, 12, 10),
        date(2026, 11, 26),
        date(2026, 12, 4),
    )


def test_a_public_holiday_is_no_working_day():
    # 11 November 2026 is a Wednesday: without it, 17 working days before the 16th would be the 22nd of October
    assert clocks(date(2026, 11, 16), GUIDE).request_by == date(2026, 10, 21)


@pytest.mark.parametrize(
    ("today", "stretch"),
    [
        (date(2026, 11, 26), Stretch.FINE),
        (date(2026, 11, 27), Stretch.RISKY),
        (date(2026, 12, 4), Stretch.RISKY),
        (date(2026, 12, 5), Stretch.LATE),
    ],
)
def test_the_three_stretches_change_at_midnight_of_their_last_day(today, stretch):
    assert clocks(START, GUIDE).stretch(today) == stretch


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (
            date(2026, 11, 25),
            (
                "Demande possible ici jusqu'au jeudi 10 décembre 2026 inclus. Pour que le DIF élus paie, "
                "créez-la aussi sur Mon Compte Formation, au plus tard le jeudi 26 novembre 2026."
            ),
        ),
        (
            date(2026, 11, 30),
            (
                "Demande possible ici jusqu'au jeudi 10 décembre 2026 inclus. Par le DIF élus, c'est risqué : "
                "elle devrait être validée sur Mon Compte Formation au plus tard le vendredi 4 décembre 2026."
            ),
        ),
        (
            date(2026, 12, 7),
            (
                "Demande possible ici jusqu'au jeudi 10 décembre 2026 inclus. "
                "Elle ne devrait plus être payée par le DIF élus."
            ),
        ),
        (date(2026, 12, 11), "La demande était possible ici jusqu'au jeudi 10 décembre 2026 inclus."),
    ],
)
def test_one_line_says_both(today, words):
    assert plain(in_one_line(clocks(START, GUIDE), today)) == words


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 25), ["encore 15 jours", "demain"]),
        (date(2026, 11, 26), ["encore 14 jours", "aujourd'hui"]),
        (date(2026, 11, 30), ["encore 10 jours", "encore 4 jours"]),
        (date(2026, 12, 10), ["aujourd'hui"]),
        (date(2026, 12, 11), []),
    ],
)
def test_where_it_stands_first_each_last_day_has_the_days_left(today, left):
    said = plain(in_one_line(clocks(START, GUIDE), today, counted=True))
    assert re.findall(r" \((.*?)\)", said) == left
    assert re.sub(r" \(.*?\)", "", said) == plain(in_one_line(clocks(START, GUIDE), today))


def test_who_chose_another_funding_never_reads_of_mon_compte_formation():
    for days in range(40):
        words = in_one_line(clocks(START, GUIDE), START - timedelta(days=days), dif=False)
        assert "Mon Compte Formation" not in words
        assert "DIF" not in words


@given(start=DAYS, today=DAYS, send=st.integers(0, 30), validation=st.integers(0, 20), more=st.integers(0, 20))
def test_no_day_that_is_past_is_said_as_if_it_were_open(start, today, send, validation, more):
    both = clocks(start, Rules(send, "calendar", validation + more, validation))
    assert both.request_by <= both.validate_by <= start
    words = in_one_line(both, today)
    assert ("Demande possible" in words) == (today <= both.send_by)
    assert ("créez-la" in words) == (today <= min(both.send_by, both.request_by))
    if "risqué" in words:
        assert both.request_by < today <= both.validate_by


@given(start=DAYS)
def test_as_many_working_days_lie_between_the_last_day_and_the_start(start):
    both = clocks(start, GUIDE)
    for last, days in ((both.request_by, 17), (both.validate_by, 11)):
        between = (start - last).days
        assert sum(is_working_day(last + timedelta(days=n)) for n in range(between)) == days
