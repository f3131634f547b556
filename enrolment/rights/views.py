"""« Mes droits »: the élu card at the left, the CPF card at the right (the guide)."""

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
from enrolment.rights.invitation import is_answered, is_put_off
from enrolment.rights.readings import position_of


@require_GET
def rights_page(request: AuthenticatedRequest) -> HttpResponse:
    """What is known of the rights and how it is known; what the site noted for the requests; the barème."""
    user = request.user
    today = timezone.localdate(timezone.now())
    known = known_of(user)
    in_force = [scale for scale in known.scales if scale.effective_from <= today][-1:]
    dossiers = list(user.enrolments.order_by("pk").values_list("state", flat=True))
    proposed, declared = claimed_by(user)
    answered = is_answered(user, known)
    context = {
        "mandates": list(user.mandates.confirmed().select_related("commune")) if known.mandates else [],
        "proposed_mandates": proposed,
        "declared_mandates": declared,
        "position": position_of(user, today, known=known, all_reserved=bool(dossiers)),
        "readings": known.readings,
        "unasked": not answered and not is_put_off(user),
        "answered": answered,
        "history": history(user) if dossiers else [],
        "scale": next((scale for scale in in_force if not scale.to_confirm), None),
        "live_count": sum(state in LIVE_STATES for state in dossiers),
        "mcf_login_url": MCF_LOGIN_URL,
    }
    return render(request, "enrolment/rights.html", context)


def history(user: User) -> list[LedgerEntry]:
    """What the site noted for the person's requests, the latest first; of a training its title alone."""
    rows = user.ledger.exclude(enrolment=None).select_related("enrolment__session__training").order_by("-id")
    return list(rows.only("kind", "amount", "at", "reason", "enrolment__session__training__title"))
