"""The deadlines as calendar files: one last day a day and dossier; nothing to put there is said in words."""

import pytest
from icalendar import Calendar

from enrolment.dossiers import checklist
from enrolment.dossiers.icalendar import deadlines_calendar
from tests.factories import EnrolmentFactory, in_days

pytestmark = pytest.mark.django_db


def task(key: str, day: int | None, actor=checklist.Actor.YOU) -> checklist.Task:
    by = in_days(day) if day is not None else None
    return checklist.Task(key, f"Titre {key}", actor, checklist.Progress.TODO, by=by, words=f"Mots {key}")


def deadlines(*tasks):
    from django.utils import timezone

    dossier = EnrolmentFactory()
    listed = checklist.Checklist(tuple(tasks))
    events = Calendar.from_ical(deadlines_calendar([(dossier, listed)], timezone.now())).walk("VEVENT")
    return [event for event in events if str(event["summary"]).startswith("Dernier jour")]


def test_four_tasks_of_one_day_are_one_entry_that_tells_them_all():
    (entry,) = deadlines(*(task(key, 9) for key in "abcd"))
    assert str(entry["summary"]) == "Dernier jour : titre d"
    for key in "abcd":
        assert f"Titre {key} : Mots {key}" in str(entry["description"])
    assert entry["dtstart"].dt == in_days(9)


def test_two_days_are_two_entries_with_names_of_their_own():
    entries = deadlines(task("a", 9), task("b", 9), task("c", 12))
    assert [entry["dtstart"].dt for entry in entries] == [in_days(9), in_days(12)]
    assert len({str(entry["uid"]) for entry in entries}) == 2


def test_what_others_do_or_has_no_day_is_no_entry():
    assert deadlines(task("a", 9, checklist.Actor.ADM79), task("b", None)) == []


def test_nothing_to_put_there_is_said_to_the_person(official_client):
    response = official_client.get("/inscriptions/echeances.ics", follow=True)
    assert response.redirect_chain == [("/inscriptions/", 302)]
    assert "aucune échéance" in response.content.decode()
