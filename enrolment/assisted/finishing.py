"""What the person does with a link: opens their account with what was typed, takes the dossier; and the term.

An account made of a prepared enrolment is an account like any other, *declared* until its person proves themselves.
"""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.profile.closing import forget_in_admin
from enrolment.assisted.preparing import LENGTH, digest, tidy
from enrolment.dossiers import workflow
from enrolment.models import AssistedEnrolment, Enrolment

PREPARED = "prepared"
"""What a draft of account creation, and a browser's session, call the prepared enrolment that they come from."""


def find(code: str, now: datetime) -> AssistedEnrolment | None:
    """The prepared enrolment that this code opens now; a used, revoked or expired one opens nothing."""
    if len(tidy(code)) != LENGTH:
        return None
    rows = AssistedEnrolment.objects.unfinished(now).select_related("session__training", "session__place__commune")
    return rows.filter(link_digest=digest(code)).first()


def waiting_for(user: User, now: datetime, remembered: str | None = None) -> AssistedEnrolment | None:
    """What *user* may take: what is theirs already, else the one that this browser *remembered* from a link."""
    rows = AssistedEnrolment.objects.unfinished(now).select_related("session__training", "session__place__commune")
    mine = Q(for_user=user)
    if remembered:
        mine |= Q(pk=remembered, for_user=None)
    return None if user.is_staff else rows.filter(mine).order_by("-opened_at", "pk").first()


def account_made(user: User, extra: dict[str, Any], **_: Any) -> None:
    """An account was just made, perhaps of a prepared enrolment: from now on it is this account's alone.

    What staff had typed is forgotten here, it has served; their entries in the journal are about the person now.
    """
    rows = AssistedEnrolment.objects.filter(pk=extra[PREPARED], for_user=None) if PREPARED in extra else None
    if rows is not None and rows.update(for_user=user, content=b""):
        _about(extra[PREPARED], user)


@transaction.atomic
def take(prepared: AssistedEnrolment, user: User, now: datetime) -> Enrolment | None:
    """The person's own act: a dossier in their account for the session prepared. None when it was taken meanwhile.

    Raises RefusedError (the session takes no more requests); the link then stays good for nothing lost.
    """
    rows = AssistedEnrolment.objects.unfinished(now).filter(Q(for_user=None) | Q(for_user=user), pk=prepared.pk)
    if not rows.update(for_user=user, finished_at=now, content=b""):
        return None
    enrolment, _ = workflow.create(user, prepared.session, now)
    AssistedEnrolment.objects.filter(pk=prepared.pk).update(enrolment=enrolment)
    who = prepared.get_asked_by_display()
    reason = f"À la demande de : {who} {prepared.asked_by_name}".rstrip() + f". Saisi par l'ADM79 : {prepared.typed}."
    workflow.note(enrolment, "prepare", by=prepared.opened_by, now=now, reason=reason)
    _about(str(prepared.pk), user)
    return enrolment


def _about(prepared: str, user: User) -> None:
    """What the journal says of a prepared enrolment is read in the history of its person, and ends with them."""
    kinds = ContentType.objects.get_for_models(AssistedEnrolment, User)
    entries = LogEntry.objects.filter(content_type=kinds[AssistedEnrolment], object_id=prepared)
    entries.update(content_type=kinds[User], object_id=str(user.pk), object_repr=str(user)[:200])


def purge(now: datetime) -> int:
    """Forget those whose term has come, finished or not. Return how many."""
    over = AssistedEnrolment.objects.filter(expires_at__lte=now)
    forget_in_admin(over)
    return over.delete()[0]
