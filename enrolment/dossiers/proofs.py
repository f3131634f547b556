"""« Il faut vous connecter à nouveau »: by dossier, how the person has proved themselves for it.

Either at the identification step, or by a login made on the way to this very dossier: sent there by the mail that
says one may go on, or by « Créer mon dossier d'inscription ». Creating an account never counts. Thirty minutes,
until the session ends.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from accounts.identity import reauthentication
from enrolment.identity_checks import standing
from enrolment.models import Enrolment, Proof


def proofs_of(request: Any, now: datetime) -> dict[str, str]:
    """By dossier (its id), the proof that holds now: ``franceconnect`` or ``password``."""
    found = reauthentication.live(request, now)
    dossier, method = _logged_in_for(request, "enrolment_id", now)
    return {dossier: method, **found} if dossier else found


def carry_over(request: Any, enrolment: Enrolment, now: datetime) -> bool:
    """Let the login made in order to open this dossier count for it; whether it does."""
    session, method = _logged_in_for(request, "session_id", now)
    if session != str(enrolment.session_id):
        return False
    reauthentication.store(request, enrolment.pk, "franceconnect" if method == Proof.FRANCECONNECT else "password", now)
    return True


def _logged_in_for(request: Any, name: str, now: datetime) -> tuple[str, str]:
    """The dossier or session that the login led to, and how; a password proves nobody whose identity is unverified."""
    target, method = reauthentication.way_here(request, now) or ("", "")
    try:
        match = resolve(urlsplit(target).path)
    except Resolver404:
        return "", ""
    wanted = str(match.kwargs.get(name, "")) if match.namespace == "enrolment" else ""
    if not wanted or (method == Proof.PASSWORD and not standing.has_verified_identity(request.user)):
        return "", ""
    return wanted, method
