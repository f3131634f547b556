"""Whether FranceConnect is offered, and which addresses may be FranceConnect's. Light: every start reads it."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings


def enabled() -> bool:
    """Whether FranceConnect may be offered: only with a client id (an association may not be entitled to one)."""
    return bool(settings.FRANCECONNECT_CLIENT_ID)


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
