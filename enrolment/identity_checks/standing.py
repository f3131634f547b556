"""Where a person's identity check stands, and how long checks take: questions, no act."""

import math
import statistics
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import Min, Q
from django.utils import timezone

from accounts.degrees import Degree
from accounts.models import User
from catalogue.sessions.in_force import first_open_start
from enrolment.models import Enrolment, IdentityCheck, State

Status = IdentityCheck.Status

DEFAULT_DURATION = timedelta(days=3)
"""How long a check is said to take before enough have been made to measure it."""

MEASURED_OVER = timedelta(days=180)
MEASURED_FROM = 5


def has_verified_identity(user: User) -> bool:
    """Whether ADM79 or the Caisse des dépôts has checked who the person is, so that they may enrol (the guide)."""
    return IdentityCheck.objects.filter(user=user, status=Status.APPROVED).exists()


def is_settled(user: User) -> bool:
    """Whether nothing more can be checked: ADM79 has seen a document, or knows what the Caisse des dépôts saw.

    A check of the Caisse des dépôts without its items lets the person enrol; it proves no name here, so the account
    stays declared (``accounts.degrees``) until ADM79 has seen a document.
    """
    approved = IdentityCheck.objects.filter(user=user, status=Status.APPROVED)
    return approved.exists() if user.degree > Degree.DECLARED else approved.filter(by_post=False).exists()


def latest_check(user: User) -> IdentityCheck | None:
    """The check that counts: the one under way, else the approved one, else the last that ended; no draft."""
    ended = user.identity_checks.exclude(status=Status.DRAFT).order_by("-submitted_at")
    rank = {Status.PENDING: 0, Status.APPROVED: 1}
    return min(ended, key=lambda check: rank.get(Status(check.status), 2), default=None)


def median_duration(now: datetime) -> timedelta:
    """How long checks have taken from sending to decision (the median), or a stated default before enough were made."""
    decided = IdentityCheck.objects.filter(
        status__in=(Status.APPROVED, Status.REFUSED), by_post=False, decided_at__gt=now - MEASURED_OVER
    )
    moments = decided.values_list("submitted_at", "decided_at")
    seconds = [(end - begun).total_seconds() for begun, end in moments if end]
    return timedelta(seconds=statistics.median(seconds)) if len(seconds) >= MEASURED_FROM else DEFAULT_DURATION


def usual_days(now: datetime) -> int:
    """``median_duration`` in whole days, at least one: « en général sous 2 jours »; measured every five minutes."""
    day = timezone.localdate(now)
    days = cache.get_or_set(f"usual_days:{day}", lambda: max(1, math.ceil(median_duration(now) / timedelta(days=1))))
    return days or 1


def first_start_at_stake(today: date) -> Min:
    """For a query of checks: start of the first session whose dossier waits for this check and can still leave."""
    waiting = Q(user__enrolments__state=State.DRAFT, user__enrolments__session__start__gte=first_open_start(today))
    return Min("user__enrolments__session__start", filter=waiting)


def waiting_dossier(user: User) -> Enrolment | None:
    """The dossier to go on with: the one to send whose session comes first."""
    drafts = Enrolment.objects.filter(user=user, state=State.DRAFT).select_related("session__training")
    return drafts.order_by("session__start").first()
