"""The deadlines of a person's dossiers as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from icalendar import Alarm, Event

from catalogue.sessions.icalendar import calendar_of, session_event, uid
from enrolment.dossiers.checklist import Checklist
from enrolment.funding.tasks import clocks_in_words
from enrolment.models import Enrolment, State
from enrolment.tasks import Actor, Progress, Task

ALARM_BEFORE = timedelta(hours=-15)
"""An all-day event begins at midnight: nine in the morning of the day before."""


def deadlines_calendar(dossiers: Iterable[tuple[Enrolment, Checklist]], now: datetime) -> bytes:
    """One all-day event a day and dossier for what the person has to do by then, and one a session asked for."""
    events = []
    for enrolment, checklist in dossiers:
        by_day: dict[date, list[Task]] = {}
        for task in checklist.left:
            if task.actor == Actor.YOU and task.by and task.progress in {Progress.TODO, Progress.LATER}:
                by_day.setdefault(task.by, []).append(task)
        events += [_deadline(enrolment, tasks, day, now) for day, tasks in sorted(by_day.items())]
        said = f"{capfirst(State(enrolment.state).words)} : {_page(enrolment)}"
        last_days = clocks_in_words(enrolment, timezone.localdate(now))
        events.append(session_event(enrolment.session, said, last_days))
    return calendar_of(events)


def _deadline(enrolment: Enrolment, tasks: Sequence[Task], by: date, now: datetime) -> Event:
    last = tasks[-1]  # the one that ends the day's work; its name holds while those before it are done
    event = Event()
    event.add("uid", uid(f"{enrolment.pk}-{last.key}"))
    event.add("dtstamp", now)
    event.add("url", _page(enrolment))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"Dernier jour : {last.title[0].lower()}{last.title[1:]}")
    steps = [" : ".join(filter(None, (task.title, task.words))) for task in tasks]
    event.add("description", "\n".join([enrolment.session.training.title, *steps]))
    event.add("dtstart", by)
    event.add("dtend", by + timedelta(days=1))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", last.title)
    alarm.add("trigger", ALARM_BEFORE)
    event.add_component(alarm)
    return event


def _page(enrolment: Enrolment) -> str:
    return settings.SITE_URL + enrolment.get_absolute_url()
