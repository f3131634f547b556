"""What a visitor does with an announcement."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from core import redirects
from core.words import announcements


@login_not_required
@require_POST
def hide(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """« Masquer »: this browser does not show it any more; back to the page."""
    response = HttpResponseRedirect(redirects.page_left(request) or "/")
    announcements.hide(request, response, announcement_id)
    return response
