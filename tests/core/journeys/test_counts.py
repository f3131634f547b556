"""Where people give up: each step once a draft, by day, and nothing of anybody."""

import datetime
import uuid

import pytest
from django.utils import timezone

from core.journeys import counts
from core.models import Draft, StepCount
from tests.core.journeys.test_journey import Toy, go  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db


def counted():
    return dict(StepCount.objects.values_list("step", "times"))


@pytest.fixture(autouse=True)
def _pages(monkeypatch):
    from django.http import HttpResponse

    monkeypatch.setattr(Toy, "show", lambda self, step, form, status=200: HttpResponse(step.name, status=status))


def test_looking_counts_nothing(go):  # noqa: F811
    go("nom")
    assert counted() == {}


def test_a_first_answer_is_a_beginning_and_a_right_one_passes_the_step(go):  # noqa: F811
    go("nom", {"name": ""})
    assert counted() == {"commence": 1}
    go("nom", {"name": "Adulte"})
    assert counted() == {"commence": 1, "nom": 1}
    go("age", {"age": "12"})
    assert counted() == {"commence": 1, "nom": 1, "age": 1}


def test_a_step_is_counted_once_a_draft_whatever_is_changed_later(go):  # noqa: F811
    for name in ("Adulte", "", "Ada"):
        go("nom", {"name": name})
    go("nom", {"name": "Adulte"})
    assert counted() == {"commence": 1, "nom": 1}


def test_each_draft_counts(go, monkeypatch):  # noqa: F811
    import tests.core.journeys.test_journey as toys

    go("nom", {"name": "Ada"})
    monkeypatch.setattr(toys, "DRAFT", uuid.uuid4())
    go("nom", {"name": "Ada"})
    assert counted() == {"commence": 2, "nom": 2}


def test_a_count_knows_a_day_a_path_and_a_step(go):  # noqa: F811
    go("nom", {"name": "Ada"})
    assert {field.name for field in StepCount._meta.fields} == {"id", "day", "path", "step", "times"}
    row = StepCount.objects.get(step="nom")
    assert (row.path, row.day) == ("toy", timezone.localdate())
    assert Draft.objects.get().answers["nom"]["raw"] == {"name": ["Ada"]}


def test_days_of_long_ago_are_forgotten():
    now = timezone.now()
    counts.add("toy", ["nom"], timezone.localdate(now))
    assert counts.purge(now + datetime.timedelta(days=5 * 365)) == 0
    assert counts.purge(now + datetime.timedelta(days=5 * 365 + 1)) == 1
