"""The mails about a dossier: which one, to whom, with what. Each is a task row of the transaction that causes it.

No personal number is ever put in them. A mail's key names the event it tells of, so that it leaves once. An
address that nobody has confirmed may be somebody else's: it is told that there is news, and not which.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.contact.email_confirmation import is_confirmed
from catalogue.sessions import in_force
from catalogue.sessions.clocks import Stretch
from core import leaves
from core.admin.consequences import MailPreview, preview
from core.french import day, euros, span
from core.models import OutgoingMail
from core.outbox import recall, send_later
from enrolment.dossiers.vocabulary import Effect, Transition
from enrolment.funding import marks
from enrolment.funding.milestones import Track
from enrolment.funding.tasks import clocks_in_words, in_mails
from enrolment.models import SEATED_STATES, Enrolment, EnrolmentEvent, State
from enrolment.rights.quote import Quote

RECEIPTS = frozenset({"request_sent", "request_waiting"})
"""The mails that tell a request has come."""

AT_ONCE = timedelta(0)


def performed(
    transition: Transition, event: EnrolmentEvent, enrolment: Enrolment, *, held_for: timedelta = AT_ONCE
) -> None:
    """Tell the person what happened to their dossier, once *held_for* has passed."""
    if transition.mail:
        undone = _undone(transition, event, enrolment)
        later = event.at + held_for if held_for else None
        _send(transition.mail, enrolment, key=key_of(event), not_before=later, reason=event.reason, **undone)


def key_of(event: EnrolmentEvent) -> str:
    """The key of the mail that tells of *event*."""
    return f"event:{event.pk}"


def is_unsaid(event: EnrolmentEvent | None) -> bool:
    """Whether the mail that tells of *event* has not left and can still be dropped."""
    mails = OutgoingMail.objects.filter(sent_at=None, taken_at=None, given_up_at=None)
    return event is not None and mails.filter(key=key_of(event)).exists()


def preview_of(line: Transition, enrolment: Enrolment, reason: str) -> tuple[MailPreview, ...]:
    """The mail that this transition would send, to be read before it is decided."""
    event = EnrolmentEvent(enrolment=enrolment, source=enrolment.state, target=line.target)
    return mail_as_it_would_leave(line.mail, enrolment, reason=reason, **_undone(line, event, enrolment))


def unsaid(enrolment: Enrolment, *, before: EnrolmentEvent) -> bool:
    """Drop the mail of the decision that is taken back, if it has not left: whether nobody will hear of either."""
    decision = enrolment.events.filter(pk__lt=before.pk).order_by("id").last()
    return decision is not None and recall(key_of(decision))


def mail_as_it_would_leave(template: str, enrolment: Enrolment, **more: Any) -> tuple[MailPreview, ...]:
    """A mail about a dossier, to be read before it is sent; nothing for somebody without an address."""
    name, to, context = _addressed(template, enrolment, **more)
    return (preview(f"enrolment/{name}", context, to),) if to else ()


def session_moved(enrolment: Enrolment, changes: Sequence[str], now: datetime) -> None:
    """Tell the person what is new about their session; *changes* are sentences (``session_changes.Terms``)."""
    key = f"moved:{enrolment.pk}:{now.timestamp()}"
    fitting = _fitting(enrolment, timezone.localdate(now))
    _send("session_moved", enrolment, key=key, changes=list(changes), fitting=fitting)


def _fitting(enrolment: Enrolment, today: date) -> list[str]:
    """Other dates that the DIF can still pay, when the dossier's own no longer leave the usual delay."""
    session = enrolment.session
    if not enrolment.uses_dif or in_force.clocks_of(session).stretch(today) == Stretch.FINE:
        return []
    others = session.training.sessions.open_from(in_force.first_start_still_paid(today)).exclude(pk=session.pk)
    return [span(each.start, each.end) for each in others.order_by("start")[:3]]


def to_participant(template: str, enrolment: Enrolment, key: str, **more: Any) -> None:
    """A mail about the day itself; once for each *key*."""
    _send(template, enrolment, key=key, **more)


def reminder(enrolment: Enrolment, name: str, words: str, tasks: list[dict[str, str]]) -> None:
    """Remind the person of what is left to do and by when; once for each *name*. *words* is the subject."""
    _send("reminder", enrolment, key=f"reminder:{enrolment.pk}:{name}", words=words, tasks=tasks)


def mcf_reminder(enrolment: Enrolment, name: str, title: str, by: date) -> None:
    """Remind the person of what is left to do on Mon Compte Formation; once for each *name*."""
    _send("mcf_reminder", enrolment, key=f"reminder:{enrolment.pk}:mcf:{name}", task=title, by=day(by))


def sums_changed(enrolment: Enrolment, found: Quote, now: datetime) -> None:
    """Tell the person that the sums they agreed to have changed: the old, the new, and where to accept them."""
    new: dict[str, Any] = {
        "new_rights": euros(found.rights),
        "new_public": euros(found.public),
        "new_to_pay": euros(found.to_pay),
    }
    parts: dict[str, Any] = {"old_public": euros(enrolment.public_agreed), "old_to_pay": euros(enrolment.to_pay)}
    agree_url = absolute("enrolment:agree", enrolment.pk)
    key = f"sums:{enrolment.pk}:{now.timestamp()}"
    _send("sums_changed", enrolment, key=key, source=found.position.source, agree_url=agree_url, **new, **parts)


def agreement_left(enrolment: Enrolment, reason: str, event: EnrolmentEvent) -> None:
    """Tell the person that the agreement of their commune holds no more, why, and the ways on."""
    _send("agreement_left", enrolment, key=f"event:{event.pk}", reason=reason)


def absolute(name: str, *args: object) -> str:
    """A page's public address, for mails and calendars."""
    return settings.SITE_URL + reverse(name, args=args)


def _undone(transition: Transition, event: EnrolmentEvent, enrolment: Enrolment) -> dict[str, Any]:
    """What the transition gave back, which depends on the state it came from: a waiting request held nothing."""
    held = event.source in SEATED_STATES
    rights = enrolment.rights_agreed if held and Effect.RELEASE_RIGHTS in transition.effects else None
    return {
        "now": event.target,
        "was_waiting": event.source == State.WAITING,
        "seat_back": held and Effect.FREE_SEAT in transition.effects,
        "rights_back": euros(rights) if rights else "",
    }


def _send(template: str, enrolment: Enrolment, *, key: str, not_before: datetime | None = None, **more: Any) -> None:
    name, to, context = _addressed(template, enrolment, **more)
    send_later(f"enrolment/{name}", to, context, key=key, not_before=not_before)


def _addressed(template: str, enrolment: Enrolment, **more: Any) -> tuple[str, str, dict[str, Any]]:
    """The mail's template, address and context.

    To an address that nobody confirmed: that the request has come, by its reference; of all else, that there is news.
    """
    to = enrolment.contact_email
    if enrolment.user and is_confirmed(enrolment.user, to):
        return template, to, {**_context(enrolment), **more}
    urls = {"url": absolute("enrolment:detail", enrolment.pk), "email_url": absolute("accounts:email")}
    if template in RECEIPTS and enrolment.reference:
        return "received", to, {**urls, "reference": enrolment.reference}
    return "news", to, urls


def _context(enrolment: Enrolment) -> dict[str, Any]:
    session = enrolment.session
    today = timezone.localdate()
    track = marks.track_of(enrolment, today)
    last_day = enrolment.last_day_to_send or in_force.last_day_to_send(session)
    return {
        "name": enrolment.user.get_full_name() if enrolment.user else "",
        "reference": enrolment.reference or "",
        "training": session.training.title,
        "training_url": settings.SITE_URL + session.training.get_absolute_url(),
        "dates": span(session.start, session.end),
        "schedule": session.schedule,
        "place": session.where,
        "last_day": day(last_day),
        "price": euros(enrolment.price if enrolment.price is not None else session.training.price),
        "rights": euros(enrolment.rights_agreed),
        "rights_used": euros(enrolment.rights_used) if enrolment.rights_used else "",
        "to_pay": euros(enrolment.to_pay) if enrolment.to_pay else "",
        "url": absolute("enrolment:detail", enrolment.pk),
        "rights_url": absolute("enrolment:rights"),
        "funding": enrolment.get_funding_display(),
        "uses_dif": enrolment.uses_dif,
        "public_part": euros(enrolment.public_agreed) if enrolment.public_agreed else "",
        "clocks": clocks_in_words(enrolment, today),
        "mcf_now": in_force.payment_by_dif(in_force.clocks_of(session), today) if enrolment.uses_dif else "",
        "asked_on_mcf": bool(track and track.asked_there),
        "mcf_page": absolute("enrolment:mcf", enrolment.pk),
        "agreement_url": absolute("enrolment:agreement", enrolment.pk),
        "funding_url": absolute("enrolment:change-funding", enrolment.pk),
        "leaf": _leaf(enrolment, last_day, track, today),
        **in_mails(enrolment, today),
    }


def _leaf(enrolment: Enrolment, last_day: date, track: Track | None, today: date) -> dict[str, str]:
    """The day that counts in a living dossier: the last to send it, to act on MCF, else the session's own."""
    if not enrolment.is_live:
        return {}
    if enrolment.state == State.DRAFT:
        there = in_force.leaf_before(enrolment.session.start, today)
        binds = enrolment.uses_dif and there.day < last_day
        return leaves.in_mail(there if binds else leaves.last_day(last_day, today))
    if track and track.next and track.next.by:
        return leaves.in_mail(leaves.last_day(track.next.by, today))
    return leaves.in_mail(leaves.event(enrolment.session.start, today, "formation"))
