"""An account that closes, or takes its data out: what becomes of its dossiers, its checks and its ledger."""

from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.profile.closing import CLOSED, Held, MoreToLockError, forget_in_admin
from accounts.profile.export import row
from catalogue.models import Session
from core.erasure import erased
from enrolment.dossiers import workflow
from enrolment.dossiers.locking import THE_LINE
from enrolment.identity_checks import checks
from enrolment.models import (
    LIVE_STATES,
    AssistedEnrolment,
    Enrolment,
    EnrolmentEvent,
    FundingAgreement,
    IdentityCheck,
    IdentityEvent,
    LedgerEntry,
    ReadinessPutOff,
)

STAYS: dict[type[Model], frozenset[str]] = {
    Enrolment: frozenset({
        "id", "reference", "user", "session", "state", "created_at", "sent_at", "proof", "last_day_to_send",
        "deadline_rule", "decided_at", "price", "funding", "rights_agreed", "public_agreed", "rights_used",
    }),
    EnrolmentEvent: frozenset({"id", "enrolment", "at", "by", "transition", "source", "target"}),
    LedgerEntry: frozenset({"id", "user", "at", "kind", "amount", "year", "enrolment", "by"}),
    IdentityCheck: frozenset({
        "id", "user", "status", "version", "by_post", "submitted_at", "decided_at", "decided_by",
    }),
    IdentityEvent: frozenset({"id", "check_row", "kind", "at", "by"}),
}  # fmt: skip
"""What stays of each row of a person who has left: what was done and when, the sums, never who nor why."""


def locks(user: User, **_: Any) -> list[QuerySet[Any]]:
    """The rows that ``leave`` changes: a freed seat goes to the next in line, whose rows are locked too."""
    dossiers = Enrolment.objects.filter(Q(user=user) | THE_LINE & Q(session__in=_live(user).values("session")))
    return [
        Session.objects.filter(pk__in=_live(user).values("session")),
        dossiers,
        User.objects.filter(pk__in=dossiers.values("user")),
        IdentityCheck.objects.filter(user=user),
    ]


def leave(user: User, now: datetime, held: Held, **_: Any) -> None:
    """Cancel what can be cancelled, with seats and rights given back; forget the person in what remains.

    Raises MoreToLockError when a dossier was opened while the locks were being taken.
    """
    if any((Session, session) not in held for session in _live(user).values_list("session", flat=True)):
        raise MoreToLockError
    today = timezone.localdate(now)
    for enrolment in _live(user).filter(session__start__gt=today).order_by("session_id"):
        workflow.cancel(enrolment, user, now)
    checks.withdraw(user, now)
    prepared = AssistedEnrolment.objects.filter(for_user=user)
    forget_in_admin(prepared)
    prepared.delete()
    put_off = ReadinessPutOff.objects.filter(user=user)
    agreements = FundingAgreement.objects.filter(enrolment__user=user)
    for said in (user.rights_readings, user.milestones, put_off, agreements):
        said.all().delete()
    for rows, words in _rows(user):
        forget_in_admin(rows)
        rows.update(**{**erased(rows.model, STAYS[rows.model]), **words})


def personal_data(user: User, **_: Any) -> dict[str, Any]:
    """The person's dossiers and movements of rights, for the file of all that the site knows of them."""
    dossiers = user.enrolments.select_related("session__training").order_by("created_at")
    return {
        "Inscriptions": [row(each, leave_out={"id", "user"}) for each in dossiers],
        "Montants lus sur Mon Compte Formation": [
            row(each, leave_out={"id", "user", "by"}) for each in user.rights_readings.all()
        ],
        "Étapes sur Mon Compte Formation": [
            row(each, leave_out={"id", "user", "by", "undone_by"})
            for each in user.milestones.select_related("enrolment")
        ],
        "Accords des collectivités": [
            row(each, leave_out={"id", "signed_noted_by"})
            for each in FundingAgreement.objects.filter(enrolment__user=user).select_related("enrolment")
        ],
        "Droits d'élu": [row(each, leave_out={"id", "user", "by"}) for each in user.ledger.select_related("enrolment")],
    }


def _live(user: User) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(user=user, state__in=LIVE_STATES)


def _rows(user: User) -> list[tuple[QuerySet[Any], dict[str, str]]]:
    """The person's rows, each with what is written where the database wants a word."""
    dossiers, movements = Enrolment.objects.filter(user=user), LedgerEntry.objects.filter(user=user)
    return [
        (dossiers.filter(sent_at=None), {}),
        (dossiers.exclude(sent_at=None), {"birth_name": CLOSED, "first_names": CLOSED}),
        (EnrolmentEvent.objects.filter(enrolment__user=user), {}),
        (IdentityCheck.objects.filter(user=user), {}),
        (IdentityEvent.objects.filter(check_row__user=user), {}),
        (movements.exclude(kind=LedgerEntry.Kind.CORRECTION), {}),
        (movements.filter(kind=LedgerEntry.Kind.CORRECTION), {"reason": CLOSED}),
    ]
