"""« C'est bien vous ? »: the person's answer about a mandate of the register, given on « Mes droits »."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.mandates import recognition
from accounts.requests import AuthenticatedRequest


@require_POST
def confirm(request: AuthenticatedRequest, mandate_id: int) -> HttpResponse:
    """« Oui, c'est moi »: noted; the rights follow once it is proved."""
    try:
        mandate = recognition.confirm(mandate_id, request.user)
    except recognition.MandateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"C'est noté : {mandate}. Il reste à prouver que c'est bien vous.")
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
def reject(request: AuthenticatedRequest, mandate_id: int) -> HttpResponse:
    """« Non, ce n'est pas moi »: it is never proposed to this person again."""
    try:
        recognition.reject(mandate_id, request.user)
    except recognition.MandateError as error:
        messages.warning(request, str(error))
    else:
        messages.info(request, "C'est noté : ce mandat ne vous sera plus proposé.")
    return redirect(settings.LOGIN_REDIRECT_URL)
