"""What is noted of a person in one statement is what the tables hold, on both engines."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from enrolment.funding import marks
from enrolment.known import known_of
from enrolment.models import MilestoneMark, RightsReading
from enrolment.rights import invitation
from tests.enrolment.helpers import verify_identity
from tests.factories import EnrolmentFactory, IdentityCheckFactory, MandateFactory, OfficialFactory, ScaleFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 20)


def test_of_somebody_new_nothing_is_known(official, other_official):
    MandateFactory(user=other_official)
    official.mandates.all().delete()
    found = known_of(official)
    assert (found.mandates, found.checks, found.readings, found.marks, found.scales) == ([], [], [], {}, [])
    assert (found.spoke_of_mcf, found.put_off) == (False, False)


def test_mandates_the_oldest_first_and_unknown_beginnings_last(official):
    old = MandateFactory(user=official, start=datetime.date(2014, 3, 30), end=datetime.date(2020, 5, 17))
    unknown = MandateFactory(user=official, start=None)
    MandateFactory(user=None)
    found = known_of(official).mandates
    assert [each.pk for each in found] == [
        old.pk,
        official.mandates.get(start=datetime.date(2020, 5, 18)).pk,
        unknown.pk,
    ]
    assert (found[0].kind, found[0].start, found[0].end) == (old.kind, old.start, old.end)


def test_readings_and_checks_the_latest_first(official):
    for amount, day in (("412.50", DAY), ("0.01", DAY), ("99.99", DAY - datetime.timedelta(days=1))):
        RightsReading.objects.create(user=official, amount=Decimal(amount), read_on=day, by_staff=amount == "0.01")
    check = verify_identity(official)
    IdentityCheckFactory(user=official, status="draft")
    found = known_of(official)
    assert [str(each.amount) for each in found.readings] == ["0.01", "412.50", "99.99"]
    assert [each.by_staff for each in found.readings] == [True, False, False]
    assert found.checks == [("approved", check.submitted_at)]


def test_what_was_said_by_dossier_and_of_oneself(official):
    dossier = EnrolmentFactory(user=official)
    marks.say(official, "identity", DAY, official, timezone.now(), passed=False)
    marks.say(official, "requested", DAY, official, timezone.now(), enrolment=dossier, file_number="12345")
    marks.take_back(official, "identity", official, timezone.now())
    found = known_of(official)
    (mark,) = found.marks[dossier.pk]
    kept = MilestoneMark.objects.get(milestone="requested")
    assert (mark.milestone, mark.on, mark.passed, mark.file_number) == ("requested", kept.on, True, "12345")
    assert (None in found.marks, found.spoke_of_mcf) == (False, True)


def test_the_scales_in_order_and_the_question_put_off(official):
    late = ScaleFactory(effective_from=datetime.date(2026, 12, 1), yearly_credit=Decimal(600), to_confirm=True)
    early = ScaleFactory()
    invitation.put_off(official, timezone.now())
    found = known_of(official)
    told = [(each.effective_from, each.yearly_credit, each.cap, each.to_confirm) for each in found.scales]
    assert told == [(s.effective_from, s.yearly_credit, s.cap, s.to_confirm) for s in (early, late)]
    assert found.put_off
    assert not known_of(OfficialFactory(birth_name="Autre")).put_off


def test_the_mandates_proposed_and_declared_with_their_words(official, other_official):
    asked, said, refused, elsewhere = (MandateFactory(user=None, status="unmatched") for _ in range(4))
    for mandate, user, answer in (
        (asked, official, "asked"),
        (said, official, "yes"),
        (refused, official, "no"),
        (elsewhere, other_official, "yes"),
    ):
        mandate.claims.create(user=user, answer=answer)
    found = known_of(official)
    assert ([each.pk for each in found.proposed], [each.pk for each in found.declared]) == ([asked.pk], [said.pk])
    (proposed,) = found.proposed
    assert (str(proposed), proposed.first_name, proposed.birth_name) == (str(asked), asked.first_name, asked.birth_name)
    assert [str(each) for each in found.mandates] == [str(each) for each in official.mandates.all()]


def test_the_dossiers_of_the_person_with_the_rights_they_use(official, other_official):
    mine = [EnrolmentFactory(user=official) for _ in range(2)]
    EnrolmentFactory(user=other_official)
    assert sorted(known_of(official).dossiers) == sorted((each.session_id, "draft", Decimal(0)) for each in mine)
