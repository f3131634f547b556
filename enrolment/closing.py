"""An account that closes, or takes its data out: what becomes of its dossiers and its ledger."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.profile.export import row
from enrolment.dossiers import workflow
from enrolment.models import LIVE_STATES, Enrolment

NOBODY = "Compte clos"
"""Written where a sent dossier must have a name."""


def leave(user: User, now: datetime, **_: Any) -> None:
    """Cancel what can be cancelled, with seats and rights given back; forget the person in what remains."""
    today = timezone.localdate(now)
    for enrolment in user.enrolments.filter(state__in=LIVE_STATES, session__start__gt=today).order_by("session_id"):
        workflow.cancel(enrolment, user, now)
    blank = dict.fromkeys(("usual_name", "email", "phone", "address", "mandate", "mandate_place", "needs"), "")
    dossiers = Enrolment.objects.filter(user=user)
    dossiers.update(**blank, birth_date=None)
    dossiers.filter(sent_at__isnull=False).update(birth_name=NOBODY, first_names=NOBODY)


def personal_data(user: User, **_: Any) -> dict[str, Any]:
    """The person's dossiers and movements of rights, for the file of all that the site knows of them."""
    dossiers = user.enrolments.select_related("session__training").order_by("created_at")
    return {
        "Inscriptions": [row(each, leave_out={"id", "user"}) for each in dossiers],
        "Droits d'élu": [row(each, leave_out={"id", "user", "by"}) for each in user.ledger.select_related("enrolment")],
    }
