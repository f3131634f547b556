"""« Il faut vous connecter à nouveau »: who proved themselves for which dossier, kept in the browser's session.

A proof is written by the FranceConnect return and by the password form of the identification step, is good for
one dossier only and lapses after thirty minutes; sending asks again, and nothing typed is lost.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from enrolment.models import Enrolment, Proof

LIFETIME = timedelta(minutes=30)
SESSION_KEY = "proofs"


def store(request: HttpRequest, enrolment: Enrolment, method: Proof, now: datetime) -> None:
    """Remember that the person proved themselves for this dossier, now."""
    proofs = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**proofs, str(enrolment.pk): {"method": str(method), "at": now.timestamp()}}


def live_proof(request: HttpRequest, enrolment: Enrolment, now: datetime) -> Proof:
    """How the person proved themselves for this dossier less than thirty minutes ago; ``Proof.NONE`` if not."""
    proof = request.session.get(SESSION_KEY, {}).get(str(enrolment.pk))
    if not proof or not 0 <= now.timestamp() - proof["at"] < LIFETIME.total_seconds():
        return Proof.NONE
    return Proof(proof["method"])
