"""« Mes droits »: the élu card at the left, the CPF card at the right (the guide)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.mandates.recognition import declared_by, proposed_to
from accounts.requests import AuthenticatedRequest
from catalogue.models import Scale
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from enrolment.cdc_mailto import missing_account_message
from enrolment.models import LIVE_STATES
from enrolment.rights import ledger


@require_GET
def rights_page(request: AuthenticatedRequest) -> HttpResponse:
    """Balances from the ledger, its history, the barème applied; no élu account: the CDC's address."""
    user = request.user
    today = timezone.localdate(timezone.now())
    mandates = list(user.mandates.confirmed().select_related("commune"))
    context = {
        "mandates": mandates,
        "proposed_mandates": proposed_to(user),
        "declared_mandates": declared_by(user),
        "available": ledger.available_rights(user),
        "reserved": ledger.reserved_rights(user),
        "history": user.ledger.select_related("enrolment__session__training").order_by("-id"),
        "scale": Scale.in_force(today),
        "next_scale": Scale.objects.filter(effective_from__gt=today).order_by("effective_from").first(),
        "live_count": user.enrolments.filter(state__in=LIVE_STATES).count(),
        "message_to_cdc": missing_account_message(user),
        "mcf_login_url": MCF_LOGIN_URL,
    }
    return render(request, "enrolment/rights.html", context)
