"""Sessions in the database, under digests of their keys; those of nobody end soon."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from core import sessions

ANONYMOUS_FOR = timedelta(hours=1)
"""After the last act: on the way to FranceConnect and back somebody takes minutes, and anybody can begin."""


class SessionStore(sessions.SessionStore):
    """Rows under digests; a session in which nobody is logged in is kept for ``ANONYMOUS_FOR``."""

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds until the session ends."""
        age = super().get_expiry_age(**kwargs)
        return age if SESSION_KEY in self else min(age, int(ANONYMOUS_FOR.total_seconds()))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """The moment when the session ends, which its row is purged by."""
        end = super().get_expiry_date(**kwargs)
        return end if SESSION_KEY in self else min(end, timezone.now() + ANONYMOUS_FOR)
