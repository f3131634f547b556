"""« Il faut vous connecter à nouveau »: who proved themselves just now, and for what, kept in the browser's session.

Two proofs. For one dossier: written by the FranceConnect return and by the password form of the identification
step, lapses after thirty minutes; sending asks again, and nothing typed is lost. For what cannot be undone
(``fresh_proof_required``): asked by a page of its own, good for ten minutes whatever the act. Having just logged in
counts for neither: town-hall computers are shared.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.login import idle_rescue
from accounts.requests import Method
from core import redirects

LIFETIME = timedelta(minutes=30)
SESSION_KEY = "proofs"
FRESH_FOR = timedelta(minutes=10)
FRESH_KEY = "fresh_proof"

type View = Callable[..., HttpResponse]


def store(request: HttpRequest, dossier: UUID | str, method: Method, now: datetime) -> None:
    """Remember that the person proved themselves for this dossier, now."""
    proofs = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**proofs, str(dossier): {"method": method, "at": now.timestamp()}}


def live(request: HttpRequest, now: datetime) -> dict[str, str]:
    """By dossier, how the person proved themselves for it less than thirty minutes ago."""
    proofs = request.session.get(SESSION_KEY, {})
    return {dossier: proof["method"] for dossier, proof in proofs.items() if _within(proof["at"], now, LIFETIME)}


# Before what cannot be undone ----------------------------------------------------------------------


def prove(request: HttpRequest, now: datetime) -> None:
    """Remember that the person logged in here proved themselves, now."""
    request.session[FRESH_KEY] = {"user": str(request.user.pk), "at": now.timestamp()}


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the person logged in here proved themselves less than ten minutes ago."""
    proof = request.session.get(FRESH_KEY) or {"user": "", "at": 0}
    return proof["user"] == str(request.user.pk) and _within(proof["at"], now, FRESH_FOR)


def fresh_proof_required(view: View) -> View:
    """Let *view* run only after a fresh proof; else lead to the page that asks for it, and back with what was typed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request, timezone.now()):
            return view(request, *args, **kwargs)
        return ask(request)

    guarded.needs_fresh_proof = True  # type: ignore[attr-defined]  # read by the test that lists these views
    return guarded


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for a fresh proof, and from there back with what was typed."""
    return HttpResponseRedirect(redirects.with_next(reverse("accounts:prove"), _way_back(request)))


def _way_back(request: HttpRequest) -> str:
    if request.method != "POST":
        return request.get_full_path()
    kept = idle_rescue.park(request, why=idle_rescue.Why.PROOF)
    if kept:
        return reverse("accounts:parked", args=[kept.pk])
    return redirects.page_left(request) or redirects.after_login()


def _within(moment: float, now: datetime, lifetime: timedelta) -> bool:
    return 0 <= now.timestamp() - moment < lifetime.total_seconds()
