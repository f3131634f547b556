"""Whether FranceConnect is offered, and which addresses may be FranceConnect's. Light: every start reads it.

Also the breaker: a provider that failed again and again is left alone for a minute, its button hidden, so that
nobody waits for it and no thread of the site does. Each process learns by itself (local memory): no page writes.
"""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

FAILURES = "franceconnect:failures"
RESTING = "franceconnect:resting"
FAILURES_ALLOWED = 3
"""So many failures in a row, and it rests."""
COUNTED_FOR = 600
"""Seconds; after a rest, one more failure within them begins another."""
RESTS_FOR = 60
"""Seconds."""


def enabled() -> bool:
    """Whether FranceConnect may be offered: only with a client id (an association may not be entitled to one)."""
    return bool(settings.FRANCECONNECT_CLIENT_ID)


def is_resting() -> bool:
    """Whether the button is hidden because the provider did not answer the last times."""
    return cache.get(RESTING) is not None


def note_failure() -> None:
    """The provider did not answer, or answered that it cannot. Never for what a visitor's browser brings."""
    cache.add(FAILURES, 0, COUNTED_FOR)
    if cache.incr(FAILURES) >= FAILURES_ALLOWED:
        cache.set(RESTING, 1, RESTS_FOR)


def note_success() -> None:
    """Somebody came through, all that was asked of the provider answered: a part of it that works proves nothing."""
    cache.delete_many([FAILURES, RESTING])


def may_be_called(address: object) -> bool:
    """Whether *address* may be the provider's: without DEBUG https and not this machine.

    So a simulator never lets anybody in on the real site.
    """
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    if settings.DEBUG:
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    return parts.scheme == "https" and not is_this_machine(parts.hostname)


def is_this_machine(host: str | None) -> bool:
    """Whether a host name of an address is the loopback's (or missing)."""
    try:
        return host is None or host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host is not None and host.endswith(".localhost")
