"""What each browser asked FranceConnect and has not been answered yet, in its own session, encrypted.

Several tabs may ask at once; each question has its own ``state``, is answered once and forgotten after 10 minutes.
"""

import secrets
import time
import uuid
from dataclasses import asdict, dataclass
from enum import StrEnum

from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest

from accounts.franceconnect.errors import LostError
from core import sealed
from core.redirects import safe_next

LIFETIME = 600
MOST_AT_ONCE = 10
OPEN = "franceconnect_open"
ANSWERED = "franceconnect_answered"


class Purpose(StrEnum):
    """Why the person goes to FranceConnect."""

    LOGIN = "login"
    ENROL = "enrol"
    PROVE = "prove"

    @property
    def wants_fresh_login(self) -> bool:
        """Whether the person must prove themselves anew over there, by who is logged in here already."""
        return self in {Purpose.ENROL, Purpose.PROVE}


@dataclass(frozen=True)
class Attempt:
    """One question: what its answer must repeat, and what to do with it.

    ``at`` is in epoch seconds; ``dossier`` (a UUID) only with the purpose ENROL.
    """

    next: str
    purpose: Purpose = Purpose.LOGIN
    dossier: str = ""
    nonce: str = ""
    verifier: str = ""
    at: int = 0

    @property
    def is_fresh(self) -> bool:
        """Asked less than 10 minutes ago."""
        return 0 <= time.time() - self.at < LIFETIME


def asked_by(request: HttpRequest) -> Attempt:
    """What the request (a button, or a link from elsewhere) asks for, not begun yet.

    To enrol, or to prove oneself once more, one is logged in already; else it is a login like any other, and the
    dossier asks again afterwards.
    """
    given = request.POST if request.method == "POST" else request.GET
    dossier = _uuid(given.get("dossier", ""))
    purpose = given.get("purpose")
    if purpose == Purpose.ENROL and dossier and request.user.is_authenticated:
        return Attempt(next=safe_next(request), purpose=Purpose.ENROL, dossier=dossier)
    if purpose == Purpose.PROVE and request.user.is_authenticated:
        return Attempt(next=safe_next(request), purpose=Purpose.PROVE)
    return Attempt(next=safe_next(request))


def begin(request: HttpRequest, asked: Attempt) -> tuple[str, Attempt]:
    """Remember the question in this browser's session: its state, and the attempt with its secrets."""
    state = secrets.token_urlsafe(32)
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    attempt = Attempt(asked.next, asked.purpose, asked.dossier, nonce, verifier, int(time.time()))
    others = [(key, value) for key, value in _read(request).items() if value.is_fresh]
    _write(request, dict([*others[1 - MOST_AT_ONCE :], (state, attempt)]))
    return state, attempt


def take(request: HttpRequest, state: str) -> Attempt:
    """The question that *state* answers, which is answered now; it may be stale. Raises LostError."""
    attempts = _read(request)
    attempt = attempts.pop(state, None)
    if attempt is None:
        raise LostError("state_unknown")
    _write(request, attempts)
    _save_now(request)
    return attempt


def _save_now(request: HttpRequest) -> None:
    """Store the session at once: the same answer arriving twice at the same instant is taken once.

    Raises LostError when the other one has already logged in, and so given the session another key.
    """
    try:
        request.session.save()
    except UpdateError as error:
        raise LostError("session_gone") from error
    finally:
        request.session.modified = False


def answered(request: HttpRequest, state: str, destination: str) -> None:
    """Remember where the answer to *state* led, for a browser that sends it twice."""
    latest = list(request.session.get(ANSWERED, {}).items())[1 - MOST_AT_ONCE :]
    request.session[ANSWERED] = dict([*latest, (state, destination)])


def destination_of(request: HttpRequest, state: str) -> str | None:
    """Where the answer to *state* already led in this session."""
    destination: str | None = request.session.get(ANSWERED, {}).get(state)
    return destination


def _read(request: HttpRequest) -> dict[str, Attempt]:
    stored = sealed.read(request.session, OPEN) or {}
    return {state: Attempt(**{**values, "purpose": Purpose(values["purpose"])}) for state, values in stored.items()}


def _write(request: HttpRequest, attempts: dict[str, Attempt]) -> None:
    sealed.write(request.session, OPEN, {state: asdict(attempt) for state, attempt in attempts.items()})


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
