"""« Mes droits »: the élu card at the left, the CPF card at the right (the guide)."""

from dataclasses import replace
from datetime import date

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Mandate, User
from accounts.requests import AuthenticatedRequest
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from enrolment.known import known_of
from enrolment.models import LIVE_STATES, LedgerEntry
from enrolment.rights.position import ZERO
from enrolment.rights.readings import HOLDING, position_of


@require_GET
def rights_page(request: AuthenticatedRequest) -> HttpResponse:
    """What is known of the rights and how it is known; what the site noted for the requests; the barème."""
    user = request.user
    today = timezone.localdate(timezone.now())
    known = known_of(user)
    in_force = [scale for scale in known.scales if scale.effective_from <= today][-1:]
    position = position_of(user, today, known=known, all_reserved=False)
    if position.reading is None:
        held = sum((used for _, state, used in known.dossiers if state in HOLDING), ZERO)
        position = replace(position, reserved=held)
    context = {
        "mandates": known.mandates,
        "proposed_mandates": [each for each in known.proposed if _runs(each, today)],
        "declared_mandates": [each for each in known.declared if _runs(each, today)],
        "position": position,
        "readings": known.readings,
        "unasked": not known.spoke_of_mcf and not known.put_off,
        "answered": known.spoke_of_mcf,
        "history": history(user) if known.dossiers else [],
        "scale": next((scale for scale in in_force if not scale.to_confirm), None),
        "live_count": sum(state in LIVE_STATES for _, state, _ in known.dossiers),
        "mcf_login_url": MCF_LOGIN_URL,
    }
    return render(request, "enrolment/rights.html", context)


def history(user: User) -> list[LedgerEntry]:
    """What the site noted for the person's requests, the latest first, each with the ``title`` of its training."""
    rows = user.ledger.filter(enrolment__isnull=False).annotate(title=F("enrolment__session__training__title"))
    return list(rows.only("kind", "amount", "at", "reason").order_by("-id"))


def _runs(mandate: Mandate, today: date) -> bool:
    return mandate.end is None or mandate.end >= today
