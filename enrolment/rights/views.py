"""« Mes droits »: the élu card at the left, the CPF card at the right (the guide)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.mandates.recognition import declared_by, proposed_to
from accounts.requests import AuthenticatedRequest
from catalogue.models import Scale
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from enrolment.models import LIVE_STATES
from enrolment.rights.invitation import is_answered, is_put_off
from enrolment.rights.readings import position_of


@require_GET
def rights_page(request: AuthenticatedRequest) -> HttpResponse:
    """What is known of the rights and how it is known; what the site noted for the requests; the barème."""
    user = request.user
    today = timezone.localdate(timezone.now())
    scale = Scale.in_force(today)
    mandates = list(user.mandates.confirmed().select_related("commune"))
    answered = is_answered(user)
    context = {
        "mandates": mandates,
        "proposed_mandates": proposed_to(user),
        "declared_mandates": declared_by(user),
        "position": position_of(user, today),
        "readings": user.rights_readings.all(),
        "unasked": not answered and not is_put_off(user),
        "answered": answered,
        "history": user.ledger.exclude(enrolment=None).select_related("enrolment__session__training").order_by("-id"),
        "scale": scale if scale and not scale.to_confirm else None,
        "live_count": user.enrolments.filter(state__in=LIVE_STATES).count(),
        "mcf_login_url": MCF_LOGIN_URL,
    }
    return render(request, "enrolment/rights.html", context)
