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
