"""Models of which only some columns are read are what Django itself would have read."""

import pytest

from core.narrow import Narrow
from enrolment.models import Enrolment
from tests.factories import EnrolmentFactory, PlaceFactory, SessionFactory

pytestmark = pytest.mark.django_db
LAST_FIRST = Narrow(
    Enrolment.objects.order_by("-session__start", "pk"),
    *("state", "sent_at", "rights_used", "session__start", "session__training__title", "session__place__name"),
)


@pytest.fixture
def dossiers(official):
    sessions = SessionFactory(place=PlaceFactory(name="Salle des fêtes")), SessionFactory(place=None, remote=True)
    return [EnrolmentFactory(user=official, session=session) for session in sessions]


def told(rows):
    return [
        [
            *(each, each.state, each.sent_at, each.rights_used),
            *(each.session, each.session.start, each.session.training.title),
            each.session.place and each.session.place.name,
        ]
        for each in rows
    ]


def test_the_columns_shown_are_read_in_one_query_in_the_order_asked_for(dossiers, official, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = told(LAST_FIRST.filter(user=official))
    assert found == told(Enrolment.objects.order_by("-session__start", "pk"))
    assert sorted(bool(place) for *_, place in found) == [False, True]


def test_a_column_that_is_not_shown_is_read_when_asked_for(dossiers, official, django_assert_num_queries):
    for each in LAST_FIRST.filter():
        with django_assert_num_queries(1):
            assert each.user_id == official.pk
        with django_assert_num_queries(1):
            assert each.session.seats == dossiers[0].session.seats


def test_what_is_read_in_part_is_saved_in_part(dossiers):
    found = next(each for each in LAST_FIRST.filter() if each.pk == dossiers[0].pk)
    Enrolment.objects.filter(pk=found.pk).update(needs="Une rampe")
    found.save()
    assert Enrolment.objects.get(pk=found.pk).needs == "Une rampe"
