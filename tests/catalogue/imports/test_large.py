"""A large file keeps nobody from writing: it is read without a write, and written row by row."""

import datetime
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.admin.imports import CHANGED, TrainingImport
from catalogue.imports import resources
from catalogue.imports.resources import TrainingResource
from catalogue.models import Place, Session, Training
from catalogue.search.statement import holding
from catalogue.search.words import parse
from core.long_tasks import Given, NothingWrittenError, RefusedError
from tests.catalogue.imports.test_import import lists, row, xlsx  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "BEGIN")


FIRST = [row(1), row(1, **{"premier jour": datetime.datetime(2027, 4, 5), "dernier jour": None})]
SECOND = [row(2)]
FILE = xlsx(FIRST + SECOND)
"""Two new trainings, the first with two sessions."""


def given(content, staff, **more):
    return Given(content, {}, staff, **more)


def test_reading_it_asks_the_database_for_no_write(staff):
    with CaptureQueriesContext(connection) as asked:
        found = TrainingImport().look(given(FILE, staff))
    assert (found["added"], found["changed"]) == (2, 1)
    assert [query["sql"] for query in asked if query["sql"].startswith(WRITES)] == []
    assert not Training.objects.exists()


def test_what_is_written_is_what_was_read_and_the_search_finds_it(staff):
    work = TrainingImport()
    read, written = work.look(given(FILE, staff)), work.write(given(FILE, staff))
    assert written == read
    sessions = Counter(Session.objects.values_list("training__reference", flat=True))
    assert sessions == {"formation-00001": 2, "formation-00002": 1}
    assert Training.objects.filter(pk__in=holding(parse("formation 1", {}))).exists()
    assert work.nothing_to_write(work.look(given(FILE, staff)))


def test_a_row_may_name_a_training_that_an_earlier_row_makes(staff):
    file = xlsx([row(1), row(2, **{"remplacée par": "Formation-00001"})])
    work = TrainingImport()
    assert work.look(given(file, staff))["mistakes"] == []
    work.write(given(file, staff))
    assert Training.objects.get(reference="formation-00002").replaced_by == Training.objects.get(
        reference="formation-00001"
    )


def test_written_again_after_an_interruption_it_does_nothing_twice(staff):
    TrainingResource().write(resources.table_of(xlsx(FIRST)))
    written = TrainingImport().write(given(FILE, staff))
    assert (written["added"], written["skipped"]) == (1, 2)
    assert Session.objects.count() == 3


def test_it_says_how_far_it_is(staff):
    said = []
    TrainingImport().look(given(FILE, staff, progress=lambda done, total: said.append((done, total))))
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_what_became_wrong_since_it_was_read_is_refused_before_the_first_row(staff):
    Place.objects.all().delete()
    with pytest.raises(NothingWrittenError, match=CHANGED):
        TrainingImport().write(given(FILE, staff))
    assert not Training.objects.exists()


@pytest.mark.parametrize("together", [1, 2, 50])
def test_what_becomes_wrong_while_it_is_written_stops_it_and_keeps_whole_rows(together, staff, monkeypatch):
    monkeypatch.setattr(resources, "TOGETHER", together)
    monkeypatch.setattr(resources, "PAUSE", 0)

    def save(training, *args, **kwargs):
        if training.reference == "formation-00002":
            raise ValueError("the disk is full")
        real(training, *args, **kwargs)

    real = Training.save
    monkeypatch.setattr(Training, "save", save)
    with pytest.raises(RefusedError, match=CHANGED) as refused:
        TrainingImport().write(given(FILE, staff))
    assert not isinstance(refused.value, NothingWrittenError)
    assert Session.objects.filter(training__reference="formation-00001").count() == 2
    assert Training.objects.count() == 1
    assert Training.objects.filter(pk__in=holding(parse("formation 1", {}))).exists()
