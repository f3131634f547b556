"""The letter to somebody who has no mail at hand: one A4 page, the link as a QR code and as words to copy."""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.contact import addresses
from catalogue.sessions import in_force
from catalogue.trainings.fiches import qr_code
from core.french import day, span
from enrolment.assisted import preparing
from enrolment.models import AssistedEnrolment


def lines_of(prepared: AssistedEnrolment) -> list[str]:
    """The address under the name, as on an envelope; empty when none was given."""
    if prepared.for_user:
        return addresses.lines(prepared.for_user)
    envelope = prepared.prepared.get("envelope") or {}
    return addresses.lines(SimpleNamespace(**envelope)) if envelope.get("city") else []


def context_of(prepared: AssistedEnrolment, code: str) -> dict[str, Any]:
    """What the letter says."""
    link, session = preparing.address(code), prepared.session
    return {
        "prepared": prepared,
        "lines": lines_of(prepared),
        "today": day(timezone.localdate(), weekday=False),
        "asked_on": day(timezone.localdate(prepared.opened_at), weekday=False),
        "until": day(timezone.localdate(prepared.expires_at)),
        "training": session.training.title,
        "when": span(session.start, session.end),
        "session": session,
        "last_day": day(in_force.last_day_to_send(session)),
        "code": preparing.in_groups(code),
        "typed_address": settings.SITE_URL.partition("//")[2] + reverse("enrolment:letter-code"),
        "qr_code": qr_code(link),
        "publisher": settings.PUBLISHER,
        "has_account": prepared.for_user is not None,
        "franceconnect": bool(settings.FRANCECONNECT_CLIENT_ID),
    }
