"""« Mes droits »: the élu card at the left, the CPF card at the right (the guide)."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.mandates.recognition import claimed_by
from accounts.models import User
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
    dossiers = list(user.enrolments.order_by("pk").values_list("state", "rights_used"))
    proposed, declared = claimed_by(user)
    position = position_of(user, today, known=known, all_reserved=False)
    if position.reading is None:
        held = sum((amount for state, amount in dossiers if state in HOLDING), ZERO)
        position = replace(position, reserved=held)
    context = {
        "mandates": list(user.mandates.confirmed().select_related("commune")) if known.mandates else [],
        "proposed_mandates": proposed,
        "declared_mandates": declared,
        "position": position,
        "readings": known.readings,
        "unasked": not known.spoke_of_mcf and not known.put_off,
        "answered": known.spoke_of_mcf,
        "history": history(user) if dossiers else [],
        "scale": next((scale for scale in in_force if not scale.to_confirm), None),
        "live_count": sum(state in LIVE_STATES for state, _ in dossiers),
        "mcf_login_url": MCF_LOGIN_URL,
    }
    return render(request, "enrolment/rights.html", context)


def history(user: User) -> list[LedgerEntry]:
    """What the site noted for the person's requests, the latest first; of a training its title alone."""
    rows = user.ledger.exclude(enrolment=None).select_related("enrolment__session__training").order_by("-id")
    return list(rows.only("kind", "amount", "at", "reason", "enrolment__session__training__title"))
