"""Values of a session that must not be read in a copy of the database: encrypted, and gone when they are taken."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase

from core import encryption


def write(session: SessionBase, name: str, value: Any) -> None:
    """Keep *value*, JSON-able, under *name*; nothing at all when it is empty."""
    if value:
        session[name] = encryption.encrypt_json(value).decode()
    else:
        session.pop(name, None)


def read(session: SessionBase, name: str) -> Any:
    """The value kept under *name*; None when there is none, or no key reads it any more."""
    try:
        return encryption.decrypt_json(session[name].encode()) if name in session else None
    except (InvalidToken, AttributeError):
        return None


def take(session: SessionBase, name: str) -> Any:
    """The value kept under *name*, which is forgotten."""
    value = read(session, name)
    session.pop(name, None)
    return value
