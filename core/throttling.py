"""Growing delays against guessing, kept in the database so that they hold across processes and restarts.

A key (an account's digest, a network) is free to fail a few times, then waits longer and longer, and at most
until the next day: nobody is locked out for ever. The CNIL accepts short passwords only with such a throttle
(délibération 2022-100).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from core.encryption import keyed_digest
from core.models import Throttle

NONE = timedelta(0)
FORGOTTEN_AFTER = timedelta(days=1)
"""After so long without a failure, the count of failures in a row starts again."""


@dataclass(frozen=True)
class Limit:
    """How many failures are free, how the wait grows after them, and how many a day may be made at all (None: any)."""

    free: int
    a_day: int | None
    first_wait: timedelta = timedelta(seconds=90)
    longest_wait: timedelta = timedelta(hours=1)

    def wait_after(self, failures: int) -> timedelta:
        """The wait imposed by the failure number *failures* in a row."""
        if failures < self.free:
            return NONE
        doublings = min(failures - self.free, 16)
        return min(self.first_wait * int(2**doublings), self.longest_wait)


# A whole town hall, or a training room, comes out of one network address.
LIMITS = {
    "login-account": Limit(free=5, a_day=25),
    "login-device": Limit(free=5, a_day=None),
    "login-network": Limit(free=60, a_day=600),
    "reset-account": Limit(free=3, a_day=10, first_wait=timedelta(minutes=5)),
    "reset-network": Limit(free=20, a_day=100),
    "signup-network": Limit(free=120, a_day=600, first_wait=timedelta(minutes=1), longest_wait=timedelta(minutes=30)),
    "signup-taken": Limit(free=8, a_day=20, first_wait=timedelta(minutes=10), longest_wait=timedelta(hours=6)),
    "draft": Limit(free=5, a_day=20),
    "mail": Limit(free=3, a_day=10, first_wait=timedelta(minutes=2)),
    "password": Limit(free=5, a_day=25),
    "documents": Limit(free=20, a_day=40),
    "letter-network": Limit(free=20, a_day=200),
    "draft-network": Limit(free=200, a_day=5000),
    "franceconnect-network": Limit(free=200, a_day=5000),
}
"""By purpose. ``login-account`` counts the tries from browsers that the person never used, ``login-device`` those
from one that they did, which never waits until the next day. ``reset-account`` counts the links really sent. A
workshop of 30 people behind one address makes 60 accounts and 200 drafts an hour. ``signup-taken`` counts the
creations stopped because the number already has an account. ``letter-network`` counts the codes of letters typed wrong.

``draft-network`` and ``franceconnect-network`` count by the hour (``refuse_beyond``) what anybody can begin without
an account, and so fill the disk with: a workshop of thirty behind one address passes without noticing.
"""


class TooManyError(Exception):
    """A network has begun too many things within the hour; ``wait`` says how long it has to wait."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many")
        self.wait = wait


def network(request: HttpRequest) -> str:
    """The visitor's network: the address, or the /64 of an IPv6 one (what a subscriber gets).

    Behind proxies, the address that the outermost of ``TRUSTED_PROXIES`` proxies saw.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and forwarded:
        address = forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))]
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def waiting_time(purpose: str, key: str, now: datetime) -> timedelta:
    """How long this key still has to wait; zero when it may try."""
    row = Throttle.objects.filter(purpose=purpose, key_digest=_digest(key)).first()
    return _wait(row, now) if row else NONE


def take(purpose: str, key: str, now: datetime) -> timedelta:
    """Ask to try once: zero, and the try is counted as a failure until ``clear``; else the time still to wait.

    Counted before the outcome is known, so that many tries at the same instant pass no further than one by one.
    """
    with transaction.atomic():
        row = _locked(purpose, key, now)
        wait = _wait(row, now)
        if not wait:
            _count(row, now)
        return wait


def take_all(keys: Iterable[tuple[str, str]], now: datetime) -> timedelta:
    """``take`` for several ``(purpose, key)`` at once; while one of them waits nothing is counted, no row is made."""
    keys = tuple(keys)
    wait = max(waiting_time(purpose, key, now) for purpose, key in keys)
    return wait or max(take(purpose, key, now) for purpose, key in keys)


def refuse_beyond(purpose: str, key: str, now: datetime) -> None:
    """Count one more thing begun this hour. Raises TooManyError, which ``config.middleware`` answers by a page."""
    wait = take(purpose, f"{key} {now:%Y-%m-%d %H}", now)
    if wait:
        raise TooManyError(wait)


def record_failure(purpose: str, key: str, now: datetime) -> timedelta:
    """Count a failure; the wait it imposes."""
    with transaction.atomic():
        row = _locked(purpose, key, now)
        _count(row, now)
        return _wait(row, now)


def give_back(purpose: str, key: str) -> None:
    """Uncount one try that succeeded, without forgetting the failures of others (networks)."""
    with transaction.atomic():
        row = Throttle.objects.select_for_update().filter(purpose=purpose, key_digest=_digest(key)).first()
        if row and row.failures:
            row.failures -= 1
            row.failures_today = max(row.failures_today - 1, 0)
            row.blocked_until = None if row.failures < LIMITS[purpose].free else row.blocked_until
            row.save()


def clear(purpose: str, key: str) -> None:
    """Forget the failures of a key: its owner has been recognised."""
    Throttle.objects.filter(purpose=purpose, key_digest=_digest(key)).delete()


def purge(now: datetime) -> int:
    """Delete what no longer counts. Return how many rows."""
    return Throttle.objects.filter(last_failure_at__lt=now - 2 * FORGOTTEN_AFTER).delete()[0]


def in_words(wait: timedelta) -> str:
    """« 2 minutes », « 1 heure »: rounded up, as people say it."""
    minutes = -(-int(wait.total_seconds()) // 60)
    if minutes < 1:
        return "quelques secondes"
    amount, unit = (minutes, "minute") if minutes < 120 else (-(-minutes // 60), "heure")
    return f"{amount} {unit}{'s' if amount > 1 else ''}"


_digest = partial(keyed_digest, purpose="throttle")


def _locked(purpose: str, key: str, now: datetime) -> Throttle:
    row, _ = Throttle.objects.select_for_update().get_or_create(
        purpose=purpose,
        key_digest=_digest(key),
        defaults={"day": timezone.localdate(now), "last_failure_at": now},
    )
    return row


def _count(row: Throttle, now: datetime) -> None:
    today, limit = timezone.localdate(now), LIMITS[row.purpose]
    forgotten = now - row.last_failure_at > FORGOTTEN_AFTER
    row.failures = 1 if forgotten else row.failures + 1
    row.failures_today = row.failures_today + 1 if row.day == today else 1
    row.day, row.last_failure_at = today, now
    wait = limit.wait_after(row.failures)
    row.blocked_until = now + wait if wait else None
    row.save()


def _wait(row: Throttle, now: datetime) -> timedelta:
    today, limit = timezone.localdate(now), LIMITS[row.purpose]
    waits = [NONE, row.blocked_until - now if row.blocked_until else NONE]
    if waits[-1] > limit.longest_wait:  # counted by a clock that had jumped ahead: nobody waits for it to be right
        waits = [NONE]
    a_day = limit.a_day
    if a_day is not None and row.day == today and row.failures_today >= a_day:
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), timezone.get_current_timezone())
        waits.append(midnight - now)
    return max(waits)
