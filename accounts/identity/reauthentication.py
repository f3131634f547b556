"""« Il faut vous connecter à nouveau »: who proved themselves for which dossier, kept in the browser's session.

A proof is written by the FranceConnect return and by the password form of the identification step, is good for
one dossier only and lapses after thirty minutes; sending asks again, and nothing typed is lost. What cannot be
undone asks for another proof (``accounts.login.fresh_proof``).
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from accounts.requests import Method

LIFETIME = timedelta(minutes=30)
SESSION_KEY = "proofs"
WAY_KEY = "way"
"""Session key of the page that the login led to: a login made on the way to a dossier may count for that dossier."""


def store(request: HttpRequest, dossier: UUID | str, method: Method, now: datetime) -> None:
    """Remember that the person proved themselves for this dossier, now."""
    proofs = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**proofs, str(dossier): {"method": method, "at": now.timestamp()}}


def live(request: HttpRequest, now: datetime) -> dict[str, str]:
    """By dossier, how the person proved themselves for it less than thirty minutes ago."""
    proofs = request.session.get(SESSION_KEY, {})
    return {
        dossier: proof["method"]
        for dossier, proof in proofs.items()
        if 0 <= now.timestamp() - proof["at"] < LIFETIME.total_seconds()
    }


def note_way(request: HttpRequest, target: str, method: Method, now: datetime) -> None:
    """Remember that the person has just logged in on their way to *target*; the end of the session forgets it."""
    request.session[WAY_KEY] = {"target": target, "method": method, "at": now.timestamp()}


def way_here(request: HttpRequest, now: datetime) -> tuple[str, str] | None:
    """The page that the person logged in for, and how, when that was less than thirty minutes ago."""
    way = request.session.get(WAY_KEY)
    if not way or not 0 <= now.timestamp() - way["at"] < LIFETIME.total_seconds():
        return None
    return way["target"], way["method"]
