"""What staff do: prepare, give a link, take it back. They never act as the person, and type no number for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalogue.models import Session
from core import encryption, outbox
from core.french import day, span
from enrolment.models import AssistedEnrolment

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of a code: without I, O, 0 and 1, which are mistaken for each other on paper."""
LENGTH = 16
"""Of a code: 80 bits, which nobody guesses; four groups of four, which anybody copies."""


class AssistedError(Exception):
    """It can no longer be done; the text says why."""


@dataclass(frozen=True)
class Request:
    """Why staff prepare it: who asked, and how the person was recognised."""

    asked_by: str
    asked_by_name: str
    recognised: str


def prepare(
    session: Session,
    request: Request,
    values: dict[str, Any],
    typed: str,
    by: User,
    now: datetime,
    *,
    for_user: User | None = None,
) -> AssistedEnrolment:
    """Keep what was typed for somebody; *typed* names it for the journal. *for_user*: who has an account already."""
    prepared = AssistedEnrolment(
        session=session,
        opened_at=now,
        opened_by=by,
        asked_by=request.asked_by,
        asked_by_name=request.asked_by_name,
        recognised=request.recognised,
        typed=typed,
        for_user=for_user,
        expires_at=now + timedelta(days=settings.ASSISTED_LINK_DAYS),
    )
    prepared.prepared = values
    prepared.save(force_insert=True)
    return prepared


def tidy(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(letter for letter in code.upper() if letter in LETTERS)


def digest(code: str) -> str:
    """What is kept of a code: a copy of the database opens nothing."""
    return encryption.keyed_digest(tidy(code), purpose="assisted-link")


def in_groups(code: str) -> str:
    """« 7KQ2-M4XW-… », as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def address(code: str) -> str:
    """The link, as a mail or a QR code holds it."""
    return settings.SITE_URL + reverse("enrolment:letter", args=[in_groups(code)])


@transaction.atomic
def draw_link(prepared: AssistedEnrolment, how: str, now: datetime) -> str:
    """A fresh code, in clear only here; the one before opens nothing any more. Raises AssistedError."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    open_ones = AssistedEnrolment.objects.unfinished(now).filter(pk=prepared.pk)
    if not open_ones.update(link_digest=digest(code), link_sent=how, link_sent_at=now):
        raise AssistedError("Cette inscription n'attend plus la personne : elle est finie, annulée ou expirée.")
    return code


@transaction.atomic
def send_by_mail(prepared: AssistedEnrolment, now: datetime) -> str:
    """Send a fresh link to the address that the person gave; that address. Raises AssistedError."""
    to = mail_of(prepared)
    if not to:
        raise AssistedError("Aucune adresse mail n'a été notée : imprimez la lettre.")
    code = draw_link(prepared, AssistedEnrolment.Sent.MAIL, now)
    outbox.send_later("enrolment/prepared", to, mail_context(prepared, address(code)))
    return to


def mail_of(prepared: AssistedEnrolment) -> str:
    """Where the link may be mailed."""
    return str(prepared.for_user.email if prepared.for_user else prepared.prepared.get("email", ""))


def mail_context(prepared: AssistedEnrolment, url: str) -> dict[str, Any]:
    """What the mail says."""
    return {
        "name": prepared.name,
        "url": url,
        "training": prepared.session.training.title,
        "dates": span(prepared.session.start, prepared.session.end),
        "place": prepared.session.where,
        "until": day(timezone.localdate(prepared.expires_at)),
        "has_account": prepared.for_user is not None,
    }


def revoke(prepared: AssistedEnrolment, by: User, now: datetime) -> None:
    """The link opens nothing any more and what was typed is forgotten. Raises AssistedError."""
    open_ones = AssistedEnrolment.objects.unfinished(now).filter(pk=prepared.pk)
    if not open_ones.update(revoked_at=now, revoked_by=by, content=b"", link_digest=None):
        raise AssistedError("Cette inscription n'attend déjà plus la personne.")
