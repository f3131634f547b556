"""Names of our cookies: over https they begin with ``__Host-``, which no other host, path or plain http can set."""

from django.conf import settings


def host_name(name: str) -> str:
    """*name* as the cookie is called here; the browser refuses ``__Host-`` without https, so plain http has it bare."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name
