"""The deadlines of a person's dossiers as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from enrolment.checklist import YOU, Checklist, Progress, Task
from enrolment.models import Enrolment

ALARM_BEFORE = timedelta(hours=-15)
"""An all-day event begins at midnight: nine in the morning of the day before."""


def deadlines_calendar(dossiers: Iterable[tuple[Enrolment, Checklist]], now: datetime) -> bytes:
    """One all-day event a task of the person's own that has a last day, and one a session asked for."""
    calendar = Calendar()
    calendar.add("prodid", "-//ADM79//Inscriptions//FR")
    calendar.add("version", "2.0")
    for enrolment, checklist in dossiers:
        for task in checklist.left:
            if task.actor == YOU and task.by and task.progress in {Progress.TODO, Progress.LATER}:
                calendar.add_component(_deadline(enrolment, task, now))
        calendar.add_component(_session(enrolment, now))
    return calendar.to_ical()


def _deadline(enrolment: Enrolment, task: Task, now: datetime) -> Event:
    event = _event(enrolment, str(task.key), now)
    event.add("summary", f"Dernier jour : {task.title[0].lower()}{task.title[1:]}")
    event.add("description", f"{enrolment.session.training.title}. {task.words}".strip())
    event.add("dtstart", task.by)
    event.add("dtend", task.by + timedelta(days=1) if task.by else None)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", task.title)
    alarm.add("trigger", ALARM_BEFORE)
    event.add_component(alarm)
    return event


def _session(enrolment: Enrolment, now: datetime) -> Event:
    session = enrolment.session
    event = _event(enrolment, "session", now)
    event.add("summary", session.training.title)
    event.add("description", f"{session.schedule}. Demande {enrolment.get_state_display()}.")
    event.add("dtstart", session.start)
    event.add("dtend", session.end + timedelta(days=1))
    if session.place:
        event.add("location", f"{session.place}, {session.place.address}")
    return event


def _event(enrolment: Enrolment, name: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{enrolment.pk}-{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now)
    event.add("url", settings.SITE_URL + enrolment.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    return event
