"""What ends a check: staff approve, refuse, or record one made at the Caisse des dépôts; the clock lets go.

Each in one transaction under the lock of the account, with its journal entry and its mail (see ``checks``).
"""

import logging
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.mandates import recognition
from accounts.models import User
from core import encryption
from core.locks import lock
from core.outbox import send_later
from enrolment.identity_checks.checks import (
    DOCUMENTS_KEPT,
    DRAFT_KEPT,
    IDENTITY_FIELDS,
    NOTHING_TYPED,
    Details,
    IdentityError,
    Status,
    close,
    journal,
    withdraw,
)
from enrolment.identity_checks.standing import has_verified_identity, is_settled, waiting_dossier
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent

logger = logging.getLogger(__name__)


@transaction.atomic
def look_at(check: IdentityCheck, by: User, now: datetime) -> list[tuple[IdentityDocument, bytes]]:
    """The documents of a pending check, decrypted, each side with its bytes; who looked and when is journaled."""
    documents = list(check.documents.all()) if check.status == Status.PENDING else []
    if documents:
        journal(check, IdentityEvent.Kind.LOOKED_AT, now, by, ", ".join(map(str, documents)))
        logger.info("identity documents of check %s looked at by %s", check.pk, by.pk)
    return [(document, encryption.decrypt(bytes(document.content))) for document in documents]


@transaction.atomic
def approve(check: IdentityCheck, by: User | None, now: datetime, *, version: int | None = None) -> IdentityCheck:
    """The document shows the person who typed these items: they become the account's certified identity.

    *version* is what staff looked at; raises ``IdentityError`` when it was replaced, withdrawn or decided since.
    """
    check, user = _pending(check, version)
    _certify(user, check, now)
    close(check, Status.APPROVED, now, by=by)
    recognition.attach_surely(user)
    _tell(user, "identity/approved", check, _way_on(user))
    return check


@transaction.atomic
def refuse(
    check: IdentityCheck, by: User | None, reason: str, now: datetime, *, version: int | None = None
) -> IdentityCheck:
    """The document does not do; *reason* tells the person why and what to change. Raises ``IdentityError``."""
    if not reason.strip():
        raise IdentityError("Dites à la personne pourquoi : elle doit savoir quoi changer.")
    check, user = _pending(check, version)
    check.refusal_reason = reason.strip()
    close(check, Status.REFUSED, now, by=by, forget=False)
    _tell(user, "identity/refused", check, {"reason": check.refusal_reason})
    return check


@transaction.atomic
def record_cdc_check(user: User, by: User | None, now: datetime, details: Details | None = None) -> IdentityCheck:
    """Note that the Caisse des dépôts has verified this person, by mail (the guide's way); ends a check under way.

    With *details* they become the account's certified identity; without, the person may enrol and proves nothing
    more. Raises ``IdentityError`` when there is nothing left to record.
    """
    user = User.objects.lock(user)
    if is_settled(user) if details else has_verified_identity(user):
        raise IdentityError("L'identité de cette personne est déjà vérifiée.")
    withdraw(user, now)
    check = IdentityCheck(user=user, by_post=True, submitted_at=now, status=Status.DRAFT, decided_by=by)
    if details:
        for name, value in asdict(details).items():
            setattr(check, name, value)
        _certify(user, check, now)
    check.save()
    close(check, Status.APPROVED, now, by=by, event=IdentityEvent.Kind.RECORDED)
    recognition.attach_surely(user)
    _tell(user, "identity/approved", check, _way_on(user))
    return check


# The clock -----------------------------------------------------------------------------------------


def expire(now: datetime) -> int:
    """Let go of what has been kept long enough. Return how many checks. Safe to run at any time and twice at once."""
    old_drafts = IdentityCheck.objects.filter(status=Status.DRAFT, submitted_at__lt=now - DRAFT_KEPT)
    expired = old_drafts.delete()[1].get("enrolment.IdentityCheck", 0)
    IdentityCheck.objects.filter(status=Status.REFUSED, decided_at__lt=now - DOCUMENTS_KEPT).update(**NOTHING_TYPED)
    late = IdentityCheck.objects.filter(
        status=Status.PENDING, documents__received_at__lt=now - DOCUMENTS_KEPT
    ).distinct()
    return expired + sum(_expire(check, now) for check in late)


@transaction.atomic
def _expire(check: IdentityCheck, now: datetime) -> bool:
    try:
        check, user = _pending(check, None)
    except IdentityError:
        return False  # decided or withdrawn meanwhile
    close(check, Status.EXPIRED, now, by=None)
    _tell(user, "identity/expired", check, {})
    return True


# Inside --------------------------------------------------------------------------------------------


def _pending(check: IdentityCheck, version: int | None) -> tuple[IdentityCheck, User]:
    (user,), (check,) = lock(User.objects.filter(pk=check.user_id), IdentityCheck.objects.filter(pk=check.pk))
    if check.status != Status.PENDING:
        raise IdentityError(f"Cette vérification n'est plus en cours : {check.get_status_display()}.")
    if version is not None and version != check.version:
        raise IdentityError("La personne a remplacé ses documents depuis : regardez-les à nouveau.")
    return check, user


def _certify(user: User, check: IdentityCheck, now: datetime) -> None:
    """Copy the checked items to the account; what FranceConnect certified stays, an empty item alone is filled."""
    by_franceconnect = user.certified_by == User.Certification.FRANCECONNECT
    for name in IDENTITY_FIELDS:
        if not (by_franceconnect and getattr(user, name)):
            setattr(user, name, getattr(check, name))
    if not by_franceconnect:
        user.certified_by = User.Certification.DOCUMENT
        user.certified_at = now
    user.save(update_fields=[*IDENTITY_FIELDS, "certified_by", "certified_at"])


def _way_on(user: User) -> dict[str, str]:
    """Where « vous pouvez poursuivre votre inscription » leads."""
    dossier = waiting_dossier(user)
    if dossier is None:
        return {"url": settings.SITE_URL + reverse("catalogue:search"), "training": ""}
    return {"url": settings.SITE_URL + dossier.get_absolute_url(), "training": dossier.session.training.title}


def _tell(user: User, template: str, check: IdentityCheck, context: dict[str, str]) -> None:
    url = settings.SITE_URL + reverse("enrolment:identity")
    send_later(template, user.email, {"url": url, **context}, key=f"{template}:{check.pk}")
