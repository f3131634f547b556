"""Mails to the participants of a session: convocations, the reminder two days before, a message to all."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session
from catalogue.sessions import icalendar
from core.admin.consequences import Consequences
from core.forms.base import BaseForm
from core.french import plural
from core.models import OutgoingMail
from enrolment.dossiers import notifications
from enrolment.models import Enrolment, State

REMINDED_BEFORE = timedelta(days=2)
"""How long before the first day the reminder of a session leaves."""


class ConvocationForm(BaseForm):
    """What only ADM79 knows of the day."""

    bring = forms.CharField(
        label="À apporter ou à savoir (facultatif)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )


class MessageForm(BaseForm):
    """A message to all the participants of a session."""

    subject = forms.CharField(label="Objet", max_length=120, error_messages={"required": "Saisissez l'objet."})
    text = forms.CharField(
        label="Message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 70}),
        error_messages={"required": "Saisissez le message."},
    )


def participants(session: Session) -> list[Enrolment]:
    """The people whose request is accepted, first sent first."""
    rows = session.enrolments.filter(state=State.ACCEPTED).select_related("user").order_by("sent_at", "id")
    found = list(rows)
    for enrolment in found:
        enrolment.session = session
    return found


def about_convoking(session: Session, bring: str) -> Consequences:
    """Who would receive the convocation, and who had it already."""
    new, had = _new_and_had(session, _convocation_key)
    facts = [f"{plural(len(new), 'convocation')} à envoyer."]
    if had:
        facts.append(f"Déjà mise à l'envoi pour : {_names(had)}.")
    mails = notifications.mail_as_it_would_leave("convocation", new[0], **_day(session, bring)) if new else ()
    return Consequences(tuple(facts), (), mails)


@transaction.atomic
def convoke(session: Session, bring: str) -> int:
    """Send the convocation to the participants who have not had it for these days, hours and place. Return how many."""
    new, _ = _new_and_had(session, _convocation_key)
    for enrolment in new:
        notifications.to_participant("convocation", enrolment, _convocation_key(enrolment), **_day(session, bring))
    return len(new)


def about_writing(session: Session, subject: str, text: str) -> Consequences:
    """Who would receive the message, and who had the same one already today."""
    new, had = _new_and_had(session, _message_key(subject, text, timezone.localdate()))
    facts = [f"{plural(len(new), 'personne')} à qui écrire : {_names(new)}."] if new else []
    if had:
        facts.append(f"Le même message est déjà mis à l'envoi aujourd'hui pour : {_names(had)}.")
    mails = notifications.mail_as_it_would_leave("message", new[0], words=subject, text=text) if new else ()
    return Consequences(tuple(facts) or ("Personne n'est inscrit.",), (), mails)


@transaction.atomic
def write_to_all(session: Session, subject: str, text: str, now: datetime) -> int:
    """Send the message to each participant, once a day however often it is pressed. Return how many leave."""
    key = _message_key(subject, text, timezone.localdate(now))
    new, _ = _new_and_had(session, key)
    for enrolment in new:
        notifications.to_participant("message", enrolment, key(enrolment), words=subject, text=text)
    return len(new)


def remind_of_sessions(now: datetime) -> int:
    """Remind the participants of the sessions that begin within two days. Return how many sessions. Safe twice."""
    today = timezone.localdate(now)
    soon = Session.objects.filter(cancelled_at=None, start__gt=today, start__lte=today + REMINDED_BEFORE)
    sessions = list(soon.select_related("training", "place__commune").order_by("start", "pk"))
    for session in sessions:
        for enrolment in participants(session):
            key = f"session-reminder:{enrolment.pk}:{session.start}"
            notifications.to_participant("session_reminder", enrolment, key, **_day(session, ""))
    return len(sessions)


def _convocation_key(enrolment: Enrolment) -> str:
    """One convocation a person, first day, hours and place: what changes is convoked anew."""
    session = enrolment.session
    told = _mark(session.end, session.schedule, session.place_id, session.remote)
    return f"convocation:{enrolment.pk}:{session.start}:{told}"


def _mark(*told: object) -> str:
    """What tells one text from another, in the key of a mail; the same for ever."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _message_key(subject: str, text: str, day: date) -> Callable[[Enrolment], str]:
    """The same message once a person and day."""
    once = f"{day}:{_mark(subject, text)}"
    return lambda enrolment: f"message:{enrolment.pk}:{once}"


def _new_and_had(session: Session, key: Callable[[Enrolment], str]) -> tuple[list[Enrolment], list[Enrolment]]:
    """The participants who are still to be written to, and those whose mail was asked for already."""
    keys = {key(each): each for each in participants(session)}
    asked = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    return (
        [each for name, each in keys.items() if name not in asked],
        [each for name, each in keys.items() if name in asked],
    )


def _names(people: Sequence[Enrolment]) -> str:
    return ", ".join(str(each.user) for each in people)


def _calendar(session: Session) -> dict[str, str]:
    """The session for the person's calendar, as a file of the mail."""
    content = icalendar.calendar_of([icalendar.session_event(session)]).decode()
    name = f"{session.training.reference}-{session.start}.ics"
    return {"name": name, "content": content, "type": "text/calendar; method=PUBLISH; charset=utf-8"}


def _day(session: Session, bring: str) -> dict[str, Any]:
    place = session.place
    return {
        "where": ", ".join(filter(None, (place.name, place.address, place.commune.name))) if place else session.where,
        "access": place.access if place else "",
        "bring": bring,
        "calendar_url": settings.SITE_URL + reverse("catalogue:calendar", args=[session.pk]),
        "attachments": [_calendar(session)],
    }
