"""Rights are read, estimated or unknown; unknown is never zero, and no sum is lost between who pays."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.rights.estimate import Estimate, estimate
from enrolment.rights.position import Knowledge, Position, Reading
from enrolment.rights.sums import shares, sums

DAY = datetime.date(2026, 11, 12)
CENTS = st.decimals(min_value=0, max_value=3000, places=2, allow_nan=False, allow_infinity=False)
READ = Reading(Decimal("120.00"), DAY)
UP_TO_800 = Estimate(Decimal(800), 7, datetime.date(2020, 5, 18), Decimal(800))


def known(*, running=True, ended=False, **more) -> Position:
    return Position(mandate_running=running, mandate_ended=ended, **more)


@pytest.mark.parametrize(
    ("position", "knowledge", "covered", "source"),
    [
        (known(running=False), Knowledge.UNKNOWN, 200, "inconnu"),
        (known(), Knowledge.UNKNOWN, 200, "inconnu"),
        (known(estimate=UP_TO_800), Knowledge.ESTIMATED, 200, "estimé d'après vos mandats"),
        (known(reading=READ), Knowledge.READ, 120, "lu sur Mon Compte Formation le 12 novembre 2026 par vous"),
        (known(running=False, reading=READ), Knowledge.READ, 120, "par vous"),
        (known(reading=Reading(Decimal(120), DAY, by_staff=True)), Knowledge.READ, 120, "par l'ADM79"),
        (known(running=False, ended=True, reading=READ), Knowledge.ENDED, 0, "mandat terminé"),
        (known(ended=True, estimate=UP_TO_800), Knowledge.ESTIMATED, 200, "estimé d'après vos mandats"),
    ],
)
def test_each_amount_says_how_it_is_known(position, knowledge, covered, source):
    assert position.knowledge == knowledge
    assert position.covered(Decimal(200)) == covered
    assert source in position.source.replace("\xa0", " ")


def test_without_a_reading_there_is_no_balance_whatever_is_reserved():
    assert known(estimate=UP_TO_800, reserved=Decimal(200)).balance is None
    assert known(running=False, reserved=Decimal(200)).balance is None


def test_a_reading_lower_than_what_is_reserved_shows_zero():
    assert known(reading=READ, reserved=Decimal(200)).balance == 0


def test_an_estimate_gives_its_reasons():
    reasons = " ; ".join(known(estimate=UP_TO_800).reasons).replace("\xa0", " ")
    assert "7 crédits annuels depuis le 18 mai 2020" in reasons
    assert "plafond du compte : 800,00 €" in reasons
    assert "n'est pas connu de ce site" in reasons


@dataclass
class Scale:
    effective_from: datetime.date
    yearly_credit: Decimal
    cap: Decimal


SCALES = [
    Scale(datetime.date(2020, 1, 1), Decimal(400), Decimal(800)),
    Scale(datetime.date(2026, 12, 1), Decimal(600), Decimal(1200)),
]


@pytest.mark.parametrize(
    ("start", "today", "high"),
    [
        ((2026, 3, 22), (2026, 3, 29), 400),
        ((2026, 3, 22), (2026, 3, 30), 800),
        ((2020, 5, 18), (2026, 11, 25), 800),
        ((2020, 5, 18), (2026, 12, 1), 800),
        ((2020, 5, 18), (2027, 3, 30), 1200),
    ],
)
def test_each_credit_follows_the_scale_of_its_own_day(start, today, high):
    found = estimate("municipal", datetime.date(*start), datetime.date(*today), SCALES)
    assert found.high == high


def test_without_a_scale_nothing_is_estimated():
    assert estimate("municipal", datetime.date(2026, 3, 22), DAY, []) is None
    assert known(estimate=None).knowledge == Knowledge.UNKNOWN


@given(price=CENTS, covered=CENTS, funding=st.sampled_from(["dif", "public", "both", "self"]))
def test_who_pays_adds_up_to_the_price(price, covered, funding):
    parts = sums(funding, price, min(price, covered))
    assert parts.rights + parts.public + parts.to_pay == price
    assert min(parts.rights, parts.public, parts.to_pay) >= 0
    assert (parts.rights == 0) or funding in {"dif", "both"}
    assert (parts.public == 0) or funding in {"public", "both"}
    if funding in {"public", "both"}:
        assert parts.to_pay == 0


@given(balance=CENTS, wanted=st.lists(CENTS, max_size=6))
def test_a_balance_is_shared_without_going_below_zero_or_losing_a_cent(balance, wanted):
    given_out = shares(balance, wanted)
    assert sum(given_out) == min(balance, sum(wanted))
    assert all(0 <= share <= asked for share, asked in zip(given_out, wanted, strict=True))
