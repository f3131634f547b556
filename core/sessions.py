"""Sessions in the database, each row under a digest of its key: a copy of the database opens nobody's session."""

import hashlib
from typing import Any, cast

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session


def row_key(session_key: str | None) -> str:
    """What the row of this session is called: SHA-256 of its key (160 random bits), 40 characters; "" for none."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40] if session_key else ""


class SessionStore(db.SessionStore):
    """Django's own, which meets its rows under the digest."""

    def _get_session_from_db(self) -> Session | None:
        """Read the row while the key is the row's; Django drops the key of a session that is gone."""
        key, self._session_key = self._session_key, row_key(self._session_key)
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # not in the stubs
        if self._session_key is not None:
            self._session_key = key
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        instance = cast("Session", super().create_model_instance(data))
        instance.session_key = row_key(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(row_key(key))
