"""A session as an entry of a calendar (iCalendar, RFC 5545)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from catalogue.models import Session


def session_ics(session: Session) -> bytes:
    """Whole days, because a schedule is free text; the schedule, the place and the link stand in the description."""
    training = session.training
    link = f"{settings.SITE_URL}{training.get_absolute_url()}"
    event = Event()
    event.add("uid", f"session-{session.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", max(training.updated_at, session.created_at, session.cancelled_at or session.created_at))
    event.add("dtstart", session.start)
    event.add("dtend", session.end + timedelta(days=1))
    event.add("summary", training.title)
    event.add("location", where(session))
    lines = [training.body.name, session.schedule, session.place.access if session.place else "", link]
    event.add("description", "\n".join(line for line in lines if line))
    event.add("url", link)
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//ADM79//Formations//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return calendar.to_ical()


def where(session: Session) -> str:
    """« Maison des maires, 15 rue Thiers, Niort », or « À distance »."""
    if session.place is None:
        return "À distance"
    parts = (session.place.name, session.place.address, session.place.commune.name)
    return ", ".join(part for part in parts if part)
