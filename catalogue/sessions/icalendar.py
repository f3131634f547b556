"""A session as an entry of a calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import capfirst
from icalendar import Calendar, Event

from catalogue.models import Session


def calendar_of(events: Iterable[Event]) -> bytes:
    """The file that a calendar reads."""
    calendar = Calendar()
    calendar.add("prodid", "-//ADM79//Formations//FR")
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(name: str) -> str:
    """The same entry always bears the same name: a file opened twice changes it and adds none."""
    return f"{name}@{urlsplit(settings.SITE_URL).hostname}"


def session_event(session: Session, *said: str) -> Event:
    """Whole days, because a schedule is free text; the schedule, the place and the link stand in the description.

    *said* comes first there: what there is to say of it to this person.
    """
    training = session.training
    link = f"{settings.SITE_URL}{training.get_absolute_url()}"
    event = Event()
    event.add("uid", uid(f"session-{session.pk}"))
    event.add("dtstamp", max(training.updated_at, session.created_at, session.cancelled_at or session.created_at))
    event.add("dtstart", session.start)
    event.add("dtend", session.end + timedelta(days=1))
    event.add("summary", training.title)
    event.add("location", where(session))
    lines = [*said, training.body.name, session.schedule, session.place.access if session.place else "", link]
    event.add("description", "\n".join(line for line in lines if line))
    event.add("url", link)
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    return event


def where(session: Session) -> str:
    """« Maison des maires, 15 rue Thiers, Niort », or « À distance »."""
    if session.place is None:
        return capfirst(session.where)
    parts = (session.place.name, session.place.address, session.place.commune.name)
    return ", ".join(part for part in parts if part)
