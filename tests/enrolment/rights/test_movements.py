"""Each movement of rights, to the cent: what is written, what the account and the dossier then hold."""

from decimal import Decimal

import pytest
from django.utils import timezone

from enrolment.rights import ledger, readings
from enrolment.rights.ledger import NotEnoughRightsError
from enrolment.rights.quote import quote
from tests.factories import EnrolmentFactory, OfficialFactory, StaffFactory, TrainingFactory

pytestmark = pytest.mark.django_db


def written(user):
    return [(entry.kind, entry.amount) for entry in user.ledger.order_by("id")][1:]


def balance(user):
    user.refresh_from_db()
    return user.rights_balance, ledger.credited_rights(user), ledger.reserved_rights(user)


@pytest.fixture
def dossier():
    return EnrolmentFactory(user=OfficialFactory(rights=300))


def test_reserving_sets_aside_for_the_dossier_up_to_the_last_cent(dossier):
    now = timezone.now()
    ledger.reserve(dossier, Decimal(300), now)
    assert written(dossier.user) == [("reservation", Decimal(-300))]
    entry = dossier.user.ledger.latest("id")
    assert (entry.enrolment, entry.at, dossier.rights_used) == (dossier, now, 300)
    assert balance(dossier.user) == (300, 300, 300)


def test_what_is_reserved_waits_for_no_balance(dossier):
    ledger.reserve(dossier, Decimal("300.01"), timezone.now())
    assert balance(dossier.user) == (300, 300, Decimal("300.01"))


def test_one_cent_too_many_is_not_taken_from_the_credits(dossier):
    with pytest.raises(NotEnoughRightsError, match=r"300.00 credited, 300.01 to take back"):
        ledger.correct(dossier.user, Decimal("-300.01"), "erreur", None, timezone.now())
    assert written(dossier.user) == []


def test_nothing_is_written_for_nothing(dossier):
    ledger.reserve(dossier, Decimal(0), timezone.now())
    ledger.release(dossier, timezone.now())
    ledger.use(dossier, timezone.now())
    assert written(dossier.user) == []


def test_a_dossier_of_nobody_moves_no_rights(dossier):
    dossier.rights_used, dossier.user = Decimal(100), None
    ledger.reserve(dossier, Decimal(100), timezone.now())
    ledger.release(dossier, timezone.now())
    ledger.use(dossier, timezone.now())
    assert dossier.rights_used == 100


def test_releasing_gives_back_what_was_set_aside(dossier):
    ledger.reserve(dossier, Decimal("120.50"), timezone.now())
    now = timezone.now()
    ledger.release(dossier, now)
    assert written(dossier.user) == [("reservation", Decimal("-120.50")), ("release", Decimal("120.50"))]
    entry = dossier.user.ledger.latest("id")
    assert (entry.enrolment, entry.at, dossier.rights_used) == (dossier, now, 0)
    assert balance(dossier.user) == (300, 300, 0)


def test_using_turns_the_reservation_into_a_use(dossier):
    ledger.reserve(dossier, Decimal(120), timezone.now())
    now = timezone.now()
    ledger.use(dossier, now)
    assert written(dossier.user)[1:] == [("release", Decimal(120)), ("use", Decimal(-120))]
    assert {(each.enrolment, each.at) for each in dossier.user.ledger.order_by("-id")[:2]} == {(dossier, now)}
    assert (dossier.rights_used, *balance(dossier.user)) == (120, 300, 300, 0)


@pytest.mark.parametrize(
    ("amount", "cap", "granted", "reason"),
    [
        (400, None, 400, ""),
        (400, 800, 400, ""),
        (400, 700, 400, ""),
        (400, 699, 399, "Limité par le plafond du compte."),
        (400, 300, 0, "Limité par le plafond du compte."),
        (400, 200, 0, "Limité par le plafond du compte."),
    ],
)
def test_a_credit_stays_within_the_cap_and_says_so(dossier, amount, cap, granted, reason):
    now = timezone.now()
    entry = ledger.credit(dossier.user, Decimal(amount), 2026, now, cap=None if cap is None else Decimal(cap))
    assert entry is not None
    assert (entry.kind, entry.amount, entry.year, entry.at, entry.reason) == ("credit", granted, 2026, now, reason)
    assert balance(dossier.user)[0] == 300 + granted
    assert ledger.credit(dossier.user, Decimal(amount), 2026, now) is None
    assert ledger.credit(dossier.user, Decimal(amount), 2027, now) is not None


def test_a_credit_of_somebody_else_is_no_credit_of_mine(dossier):
    ledger.credit(OfficialFactory(), Decimal(400), 2026, timezone.now())
    assert ledger.credit(dossier.user, Decimal(400), 2026, timezone.now()) is not None


def test_a_correction_keeps_who_and_why(dossier):
    staff, now = StaffFactory(), timezone.now()
    entry = ledger.correct(dossier.user, Decimal("-299.99"), "  erreur ", staff, now)
    assert (entry.kind, entry.amount, entry.reason, entry.by, entry.at) == (
        "correction",
        Decimal("-299.99"),
        "erreur",
        staff,
        now,
    )
    assert balance(dossier.user)[:2] == (Decimal("0.01"), Decimal("0.01"))


def test_a_person_without_a_movement_has_nothing():
    user = OfficialFactory(rights=0)
    assert (str(ledger.credited_rights(user)), str(ledger.reserved_rights(user))) == ("0.00", "0.00")


def test_the_quote_of_a_training(dossier):
    today = timezone.localdate()
    readings.note(dossier.user, Decimal(300), today, dossier.user, timezone.now())
    made = quote(TrainingFactory(price=Decimal("450.5")), dossier.user, today)
    assert (made.price, made.rights, made.to_pay) == (Decimal("450.50"), Decimal("300.00"), Decimal("150.50"))
    assert not made.on_condition
    unknown = quote(TrainingFactory(price=Decimal(200)), object(), today)
    assert (unknown.rights, unknown.to_pay, unknown.on_condition) == (200, 0, True)
