"""On Mon Compte Formation: what is next, who acts, by when, and how we know."""

from datetime import date

import pytest

from catalogue.sessions.clocks import Rules, clocks
from enrolment.funding.milestones import Mark, McfFacts, track

START = date(2026, 12, 21)
BOTH = clocks(START, Rules(11, "calendar", 17, 11))
EARLY, RISKY, LATE = date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 7)
SAID = Mark(date(2026, 11, 18))
READY = {"account": SAID, "rights_seen": SAID, "identity": SAID}


def track_with(marks, today=EARLY, *, seated=True):
    return track(McfFacts(today=today, clocks=BOTH, start=START, seated=seated, marks=marks))


@pytest.mark.parametrize(
    ("marks", "next_one", "by"),
    [
        ({}, "account", date(2026, 11, 26)),
        ({"account": SAID}, "rights_seen", date(2026, 11, 26)),
        ({"account": SAID, "rights_seen": SAID}, "identity", date(2026, 11, 26)),
        (READY, "requested", date(2026, 11, 26)),
        ({"requested": SAID}, None, None),
        # proposed on Wednesday the 18th: four working days lead to Tuesday the 24th
        ({"requested": SAID, "proposed": SAID}, "validated", date(2026, 11, 24)),
        ({"validated": SAID}, None, None),
    ],
)
def test_what_is_next_and_by_when(marks, next_one, by):
    found = track_with(marks)
    assert (found.next and found.next.milestone) == next_one
    assert (found.next and found.next.by) == by


def test_the_body_has_two_working_days_and_the_person_waits():
    found = track_with({**READY, "requested": SAID})
    assert found.waiting.milestone == "proposed"
    assert found.waiting.line.actor.label == "l'organisme de formation"
    assert found.waiting.by == date(2026, 11, 20)


def test_a_proposal_late_in_the_day_is_to_be_validated_before_the_clock_of_mcf_ends():
    late = Mark(date(2026, 12, 3))
    assert track_with({**READY, "requested": SAID, "proposed": late}, RISKY).next.by == date(2026, 12, 4)


def test_once_the_prudent_day_is_past_the_day_of_validation_is_said_and_then_none():
    assert track_with(READY, RISKY).next.by == date(2026, 12, 4)
    assert track_with(READY, LATE).next.by is None


def test_nothing_is_asked_there_before_a_seat_is_held_here():
    found = track_with(READY, seated=False)
    assert found.next is None
    assert not found.asked_there


def test_readiness_can_be_prepared_before():
    assert track_with({}, seated=False).next.milestone == "account"


@pytest.mark.parametrize("end", ["refused", "fallen", "cancelled"])
def test_each_end_has_its_way_on_and_asks_nothing_more_of_that_request(end):
    found = track_with({**READY, "requested": SAID, end: SAID})
    assert found.ending == end
    assert "autre financement" in found.way_on
    assert found.next is None
    assert not found.asked_there


def test_who_says_it_and_when_is_always_shown():
    found = track_with({"account": Mark(date(2026, 11, 1)), "rights_seen": Mark(date(2026, 11, 2), by_staff=True)})
    told = {stage.milestone: stage.source.replace("\xa0", " ") for stage in found.stages}
    assert told["account"] == "déclaré par vous le 1er novembre 2026"
    assert told["rights_seen"] == "vu par l'ADM79 le 2 novembre 2026"
    assert told["identity"] == "inconnu"


def test_looked_for_and_not_there_is_not_passed():
    found = track_with({"account": SAID, "rights_seen": Mark(date(2026, 11, 2), passed=False)})
    assert found.next.milestone == "rights_seen"


def test_payment_is_awaited_from_the_first_day_of_the_training_only():
    assert track_with({"validated": SAID}).waiting is None
    assert track_with({"validated": SAID}, START).waiting.milestone == "paid"
    assert track_with({"paid": SAID}, START).waiting is None
