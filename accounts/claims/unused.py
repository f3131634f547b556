"""Accounts that nobody uses any more, and what the admin's journals say of people: each has its term.

Both are decided here and listed with the other terms of retention; ``run_periodic`` calls these functions.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.claims.takeover import is_used
from accounts.models import IdentityCase, User
from accounts.profile.closing import close_account
from core import outbox

UNUSED_FOR = timedelta(days=3 * 365)
"""Without a login for so long (half a mandate) an account is erased, its owner warned beforehand."""
WARNED_BEFORE = timedelta(days=30)
JOURNAL_KEPT_FOR = timedelta(days=3 * 365)
"""The admin's journal of who did what to whom."""
CASES_KEPT_FOR = timedelta(days=365)
"""Questions of identity, once settled; those that only tell what was done, once they are so old."""


def warn_unused(now: datetime) -> int:
    """Tell the owners of accounts soon to be erased how to keep them. Return how many."""
    url = settings.SITE_URL + reverse("accounts:login")
    soon = _unused_since(now - UNUSED_FOR + WARNED_BEFORE).filter(unused_warned_at=None)
    warned = 0
    for user in soon.order_by("pk"):
        key = f"unused:{user.pk}:{now:%Y-%m-%d}"
        outbox.send_later("accounts/unused", user.email, {"url": url, "days": WARNED_BEFORE.days}, key=key)
        warned += User.objects.filter(pk=user.pk).update(unused_warned_at=now)
    return warned


def erase_unused(now: datetime) -> int:
    """Erase the accounts whose owner was warned ``WARNED_BEFORE`` ago and has not come since. Return how many."""
    due = _unused_since(now - UNUSED_FOR).filter(unused_warned_at__lte=now - WARNED_BEFORE)
    unused = [user for user in due.order_by("pk") if not is_used(user)]
    for user in unused:
        close_account(user, now)
    return len(unused)


def purge_journal(now: datetime) -> int:
    """Delete what the journal of the admin has said long enough. Return how many lines."""
    return LogEntry.objects.filter(action_time__lt=now - JOURNAL_KEPT_FOR).delete()[0]


def purge_cases(now: datetime) -> int:
    """Delete the questions of identity settled long ago, and those that only told what was done. Return how many."""
    told_only = ~Q(kind__in=IdentityCase.TO_DECIDE) & Q(at__lt=now - CASES_KEPT_FOR)
    settled = Q(settled_at__lt=now - CASES_KEPT_FOR)
    return IdentityCase.objects.filter(told_only | settled).delete()[0]


def _unused_since(moment: datetime) -> QuerySet[User]:
    never_came = Q(last_login=None, date_joined__lte=moment)
    return User.objects.filter(Q(last_login__lte=moment) | never_came, is_staff=False, closed_at=None, frozen_at=None)
