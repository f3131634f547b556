"""The ledger: whatever is done to it, no balance below zero and no cent lost."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from enrolment.models import LedgerEntry
from enrolment.rights import ledger, yearly_credit
from enrolment.rights.ledger import NotEnoughRightsError
from tests.factories import EnrolmentFactory, MandateFactory, OfficialFactory, ScaleFactory, UserFactory

CENTS = st.decimals(min_value=0, max_value=3000, places=2, allow_nan=False, allow_infinity=False)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("credit"), CENTS, st.integers(2020, 2026)),
        st.tuples(st.just("reserve"), CENTS, st.just(0)),
        st.tuples(st.just("release"), CENTS, st.integers(0, 3)),
        st.tuples(st.just("use"), CENTS, st.integers(0, 3)),
        st.tuples(st.just("correct"), CENTS, st.integers(0, 1)),
    ),
    max_size=12,
)


class LedgerProperties(TestCase):
    """Any sequence of operations."""

    @given(moves=MOVES)
    def test_no_sequence_takes_the_credits_below_zero_or_loses_a_cent(self, moves):
        user = OfficialFactory(rights=0, mandate=None)
        now = timezone.now()
        dossiers = []
        expected = Decimal(0)
        for kind, amount, more in moves:
            try:
                expected += self.move(user, dossiers, kind, amount, more, now)
            except NotEnoughRightsError:
                assert expected < amount
            user.refresh_from_db()
            assert ledger.credited_rights(user) == expected
            assert user.rights_balance == expected
            assert expected >= 0
            assert ledger.reserved_rights(user) == sum(each.rights_used for each in dossiers if not each.used)

    def move(self, user, dossiers, kind, amount, more, now) -> Decimal:
        if kind == "credit":
            before = ledger.credited_rights(user)
            entry = ledger.credit(user, amount, more, now, cap=Decimal(1200))
            assert ledger.credited_rights(user) <= max(before, Decimal(1200))
            return entry.amount if entry else Decimal(0)
        if kind == "reserve":
            dossier = EnrolmentFactory(user=user)
            dossier.used = False
            ledger.reserve(dossier, amount, now)
            dossiers.append(dossier)
            return Decimal(0)  # what is reserved waits for no balance: there is none before somebody reads it
        if kind == "correct":
            signed = -amount if more else amount
            if signed:
                ledger.correct(user, signed, "essai", None, now)
            return signed
        held = [dossier for dossier in dossiers if not dossier.used]
        if more >= len(held):
            return Decimal(0)
        if kind == "use":
            ledger.use(held[more], now)
            held[more].used = True
            return Decimal(0)
        ledger.release(held[more], now)
        return Decimal(0)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_negative_balance(official):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(official).objects.filter(pk=official.pk).update(rights_balance=Decimal("-0.01"))


@pytest.mark.django_db
def test_a_correction_says_why(official):
    with pytest.raises(ValueError, match="says why"):
        ledger.correct(official, Decimal(1), " ", None, timezone.now())
    with pytest.raises(ValueError, match="nothing"):
        ledger.correct(official, Decimal(0), "motif", None, timezone.now())
    with pytest.raises(ValueError, match="number of cents"):
        ledger.correct(official, Decimal("0.001"), "motif", None, timezone.now())


def paris(year, month, day) -> datetime.datetime:
    return datetime.datetime(year, month, day, 12, tzinfo=datetime.UTC)


@pytest.fixture
def scales(db):
    ScaleFactory(effective_from=datetime.date(2020, 1, 1), yearly_credit=Decimal(400), cap=Decimal(800))
    ScaleFactory(effective_from=datetime.date(2026, 12, 1), yearly_credit=Decimal(600), cap=Decimal(1200))


def official_with(*kinds: str, **mandate):
    user = OfficialFactory(rights=0, mandate=None)
    for rank, kind in enumerate(kinds):
        MandateFactory(user=user, kind=kind, **{"start": datetime.date(2020 + rank, 5, 18), **mandate})
    return user


@pytest.mark.parametrize(
    ("kinds", "day", "year"),
    [
        (("municipal",), (2026, 3, 29), 2025),
        (("municipal",), (2026, 3, 30), 2026),
        (("epci",), (2026, 3, 30), 2026),
        (("departmental",), (2026, 7, 4), 2025),
        (("departmental",), (2026, 7, 5), 2026),
        (("regional",), (2026, 7, 5), 2026),
        (("departmental", "municipal"), (2026, 4, 1), 2025),
        (("municipal", "departmental"), (2026, 4, 1), 2026),
    ],
)
def test_the_oldest_mandate_gives_the_date(scales, kinds, day, year):
    entry = yearly_credit.credit_official(official_with(*kinds), paris(*day))
    assert (entry.year, entry.amount) == (year, 400)


def test_those_already_credited_are_not_looked_at_again(scales, django_assert_num_queries):
    for _ in range(3):
        official_with("municipal")
    yearly_credit.credit_everybody(paris(2026, 4, 1))
    with django_assert_num_queries(1):
        yearly_credit.credit_everybody(paris(2026, 4, 2))


def test_one_credit_a_year_however_often_it_runs(scales):
    user = official_with("municipal", "epci")
    assert yearly_credit.credit_everybody(paris(2026, 4, 1)) == 1
    assert yearly_credit.credit_everybody(paris(2026, 4, 1)) == 0
    assert yearly_credit.credit_everybody(paris(2027, 3, 30)) == 1
    user.refresh_from_db()
    assert user.rights_balance == 1000
    assert LedgerEntry.objects.filter(user=user).count() == 2


def test_the_cap_cuts_the_credit(scales):
    user = official_with("municipal")
    ledger.correct(user, Decimal(650), "reprise", None, timezone.now())
    entry = yearly_credit.credit_official(user, paris(2026, 4, 1))
    assert (entry.amount, entry.reason) == (150, "Limité par le plafond du compte.")


def test_no_mandate_no_credit(scales):
    assert yearly_credit.credit_official(UserFactory(), paris(2026, 4, 1)) is None
    ended = official_with("municipal", end=datetime.date(2026, 3, 1))
    assert yearly_credit.credit_official(ended, paris(2026, 4, 1)) is None


def test_a_mandate_just_confirmed_brings_the_rights_at_once(scales):
    from accounts.mandates import recognition

    user = OfficialFactory(rights=0, mandate=None)
    recognition.attach(MandateFactory(user=None), user)
    user.refresh_from_db()
    assert user.rights_balance > 0
