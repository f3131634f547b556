"""An account that closes: its requests are cancelled, and its past dossiers keep no trace of who it was."""

from datetime import datetime
from typing import Any

from accounts.models import User
from enrolment import deadline, workflow
from enrolment.models import LIVE_STATES, Enrolment

NOBODY = "Compte clos"
"""Written where a sent dossier must have a name."""


def leave(user: User, now: datetime, **_: Any) -> None:
    """Cancel what can be cancelled, with seats and rights given back; forget the person in what remains."""
    today = deadline.paris_day(now)
    for enrolment in user.enrolments.filter(state__in=LIVE_STATES, session__start__gt=today).order_by("session_id"):
        workflow.cancel(enrolment, user, now)
    blank = dict.fromkeys(("usual_name", "email", "phone", "address", "mandate", "mandate_place", "needs"), "")
    dossiers = Enrolment.objects.filter(user=user)
    dossiers.update(**blank, birth_date=None)
    dossiers.filter(sent_at__isnull=False).update(birth_name=NOBODY, first_names=NOBODY)
