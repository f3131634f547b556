"""Encryption at rest for what people typed or sent: drafts and identity documents.

Keys come from ``ENCRYPTION_KEYS``, newest first: the first encrypts, all decrypt.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(clear: bytes) -> bytes:
    """*clear* encrypted and authenticated under the newest key."""
    return _fernet().encrypt(clear)


def decrypt(token: bytes | memoryview, ttl: timedelta | None = None) -> bytes:
    """The bytes given to ``encrypt``, less than *ttl* ago when it is given.

    Raises ``cryptography.fernet.InvalidToken`` when no key fits, or it is older.
    """
    return _fernet().decrypt(bytes(token), ttl=int(ttl.total_seconds()) if ttl else None)


def rotate(token: bytes) -> bytes:
    """The same content encrypted anew under the newest key."""
    return _fernet().rotate(bytes(token))


def encrypt_json(value: Any) -> bytes:
    """*value*, JSON-serialisable, encrypted."""
    return encrypt(as_json(value))


def as_json(value: Any) -> bytes:
    """*value* as it is encrypted."""
    return json.dumps(value, ensure_ascii=False).encode()


def decrypt_json(token: bytes | memoryview, ttl: timedelta | None = None) -> Any:
    """The value given to ``encrypt_json``; *ttl* and errors as in ``decrypt``."""
    return json.loads(decrypt(token, ttl))


def keyed_digest(value: str, *, purpose: str, pepper: str | None = None) -> str:
    """HMAC-SHA-256 of *value* under *pepper* (``NIR_PEPPER`` when missing), 64 hexadecimal characters.

    *purpose* separates the uses, so that a digest kept for throttling says nothing of an account's.
    """
    message = f"{purpose}:{value}".encode()
    return hmac.new((pepper or settings.NIR_PEPPER).encode(), message, hashlib.sha256).hexdigest()
