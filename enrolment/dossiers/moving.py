"""What an account's dossiers mean for the account itself: that it is used, and where they go when staff move them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalogue.models import Session
from core.locks import lock
from enrolment.dossiers import workflow
from enrolment.models import LIVE_STATES, Enrolment, IdentityCheck, MilestoneMark
from enrolment.rights import ledger

PENDING_CHECKS = (IdentityCheck.Status.DRAFT, IdentityCheck.Status.PENDING)


def is_in_use(user: User, **_: Any) -> bool:
    """Whether a dossier or an identity check of this account is pending."""
    live = user.enrolments.filter(state__in=LIVE_STATES).exists()
    return live or user.identity_checks.filter(status__in=PENDING_CHECKS).exists()


@transaction.atomic
def move(user: User, to: User, by: User, now: datetime, **_: Any) -> None:
    """Give every dossier of *user* to *to*, but for sessions where *to* has a live one; seats stay as they are.

    What was reserved goes back to the old ledger and is reserved on the new one.
    """
    theirs = Enrolment.objects.filter(user=user)
    sessions = Session.objects.filter(pk__in=theirs.values("session"))
    _sessions, dossiers, people = lock(sessions, theirs, User.objects.filter(pk__in=[user.pk, to.pk]))
    if any(person.pk == user.pk and person.frozen_at is None for person in people):
        return  # restored meanwhile
    taken = set(to.enrolments.filter(state__in=LIVE_STATES).values_list("session_id", flat=True))
    for locked in dossiers:
        if locked.session_id in taken and locked.state in LIVE_STATES:
            continue
        _hand_over(locked, to, now)
        workflow.note(locked, "take_over", by=by, now=now, reason="Compte d'origine repris.")


def _hand_over(enrolment: Enrolment, to: User, now: datetime) -> None:
    reserved = enrolment.rights_used if enrolment.state in LIVE_STATES else ledger.ZERO
    if reserved:
        ledger.release(enrolment, now)
    enrolment.user = to
    if reserved:
        ledger.reserve(enrolment, reserved, now)
    MilestoneMark.objects.filter(enrolment=enrolment).update(user=to)
    enrolment.save(update_fields=["user", "rights_used"])
