"""One session for a calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Session, Training
from catalogue.sessions import icalendar, in_force


@login_not_required
@require_safe
def calendar(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session for the person's calendar (.ics); a cancelled one says so."""
    session = get_object_or_404(
        Session.objects.select_related("training__body", "place__commune"),
        pk=session_id,
        training__status=Training.Status.PUBLISHED,
    )
    today = timezone.localdate()
    takes = in_force.status_of(session, today).takes_requests
    last_days = in_force.both_clocks(session, today) if takes else ""
    content = icalendar.calendar_of([icalendar.session_event(session, last_days)])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{session.training.reference}-{session.start}.ics"'
    return response
