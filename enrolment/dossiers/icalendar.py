"""The deadlines of a person's dossiers as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from icalendar import Alarm, Event

from catalogue.sessions.icalendar import calendar_of, session_event, uid
from enrolment.dossiers.checklist import Actor, Checklist, Progress, Task
from enrolment.models import Enrolment

ALARM_BEFORE = timedelta(hours=-15)
"""An all-day event begins at midnight: nine in the morning of the day before."""


def deadlines_calendar(dossiers: Iterable[tuple[Enrolment, Checklist]], now: datetime) -> bytes:
    """One all-day event a task of the person's own that has a last day, and one a session asked for."""
    events = []
    for enrolment, checklist in dossiers:
        events += [
            _deadline(enrolment, task, task.by, now)
            for task in checklist.left
            if task.actor == Actor.YOU and task.by and task.progress in {Progress.TODO, Progress.LATER}
        ]
        said = f"Demande {enrolment.get_state_display()} : {_page(enrolment)}"
        events.append(session_event(enrolment.session, said))
    return calendar_of(events)


def _deadline(enrolment: Enrolment, task: Task, by: date, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid(f"{enrolment.pk}-{task.key}"))
    event.add("dtstamp", now)
    event.add("url", _page(enrolment))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"Dernier jour : {task.title[0].lower()}{task.title[1:]}")
    event.add("description", f"{enrolment.session.training.title}. {task.words}".strip())
    event.add("dtstart", by)
    event.add("dtend", by + timedelta(days=1))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", task.title)
    alarm.add("trigger", ALARM_BEFORE)
    event.add_component(alarm)
    return event


def _page(enrolment: Enrolment) -> str:
    return settings.SITE_URL + enrolment.get_absolute_url()
