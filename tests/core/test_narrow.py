"""Models of which only some columns are read are what Django itself would have read."""

import importlib
import pkgutil

import pytest
from django.utils import timezone

import catalogue
import core
import enrolment
from catalogue.models import Trainer
from core.models import Draft
from core.narrow import Narrow
from enrolment.models import Enrolment
from tests.factories import EnrolmentFactory, PlaceFactory, SessionFactory

pytestmark = pytest.mark.django_db
LAST_FIRST = Narrow(
    Enrolment,
    *("state", "sent_at", "rights_used", "session__start", "session__training__title", "session__place__name"),
    order=("-session__start", "pk"),
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


def test_what_is_wanted_is_compared_as_filter_does(dossiers, official):
    first, last = sorted(dossiers, key=lambda each: each.created_at)
    by_moment = Narrow(Enrolment, "state")
    assert by_moment.filter(created_at__gt=first.created_at) == [last]
    assert set(by_moment.filter(created_at__gte=first.created_at)) == {first, last}
    assert by_moment.first(pk=last.pk, user=official) == last
    assert by_moment.first(pk=last.pk, user=EnrolmentFactory().user) is None


def every_narrow():
    """All that the pages read in this way, by the name it has there."""
    for package in (core, catalogue, enrolment):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                for name, value in vars(importlib.import_module(module.name)).items():
                    if isinstance(value, Narrow):
                        yield pytest.param(value, id=f"{module.name}.{name}")


@pytest.mark.parametrize("narrow", list(every_narrow()))
def test_the_pages_read_what_django_would_have_read(narrow, dossiers):
    Draft.objects.create(kind="enrolment", owner="user:1", content=b"sealed", expires_at=timezone.now())
    for name in ("Zoé Roux", "Alix Petit"):
        dossiers[0].session.training.trainers.add(Trainer.objects.create(name=name))
    rows = narrow.model.objects.order_by(*narrow.order, "pk")
    expected = list(rows.values_list(*narrow.lookups))
    assert expected
    read = [tuple(value_of(row, lookup) for lookup in narrow.lookups) for row in narrow.filter()]
    assert repr(read if narrow.order else sorted(read)) == repr(expected if narrow.order else sorted(expected))


def value_of(row, lookup):
    """What *row* says at « session__training__title », None where there is nothing on the way."""
    for name in lookup.split("__"):
        row = row and row.__dict__.get(name, row._state.fields_cache.get(name))
    return row
