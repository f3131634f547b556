"""Identity checked from a document, for those who come without FranceConnect (the guide: « vérification préalable »).

A person prepares (draft), sends (pending), replaces or withdraws; staff approve, refuse, or record a check made at
the Caisse des dépôts. Each step is one transaction under the lock of the account, writes the journal and its mail,
and the copies of the document go in the very transaction that decides. No status changes anywhere else.
"""

import logging
import math
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.degrees import Degree
from accounts.mandates import recognition
from accounts.models import User
from accounts.profile.export import row
from catalogue.sessions.in_force import first_open_start
from core import encryption
from core.locks import lock
from core.outbox import send_later
from enrolment.identity_checks.documents import CleanDocument
from enrolment.models import Enrolment, IdentityCheck, IdentityDocument, IdentityEvent, State

Kind = IdentityCheck.Kind
Side = IdentityDocument.Side
Status = IdentityCheck.Status

DOCUMENTS_KEPT = timedelta(days=60)
"""Copies live no longer, even if nobody decides (and what was typed for a refused check, kept to try again)."""

DRAFT_KEPT = timedelta(days=7)
"""What was prepared and not sent: the time to find the card and come back."""

DEFAULT_DURATION = timedelta(days=3)
"""How long a check is said to take before enough have been made to measure it."""

MEASURED_OVER = timedelta(days=180)
MEASURED_FROM = 5

logger = logging.getLogger(__name__)


class IdentityError(Exception):
    """What was asked of a check cannot be done now; the text says why, in words to show."""


@dataclass(frozen=True)
class Details:
    """The seven items that the guide asks for, with the kind of document they are read on."""

    document_kind: str
    birth_name: str
    first_names: str
    birth_date: date
    birth_place: str
    nationality: str
    usual_name: str = ""


IDENTITY_FIELDS = ("birth_name", "usual_name", "first_names", "birth_date", "birth_place", "nationality")
NOTHING_TYPED: dict[str, Any] = dict.fromkeys(IDENTITY_FIELDS, "") | {"birth_date": None}


# What others ask -----------------------------------------------------------------------------------


def has_verified_identity(user: User) -> bool:
    """Whether ADM79 or the Caisse des dépôts has checked who the person is, so that they may enrol (the guide)."""
    return IdentityCheck.objects.filter(user=user, status=Status.APPROVED).exists()


def is_settled(user: User) -> bool:
    """Whether nothing more can be checked: ADM79 has seen a document, or knows what the Caisse des dépôts saw.

    A check of the Caisse des dépôts without its items lets the person enrol; it proves no name here, so the account
    stays declared (``accounts.degrees``) until ADM79 has seen a document.
    """
    approved = IdentityCheck.objects.filter(user=user, status=Status.APPROVED)
    return approved.exists() if user.degree > Degree.DECLARED else approved.filter(by_post=False).exists()


def latest_check(user: User) -> IdentityCheck | None:
    """The check that counts: the one under way, else the approved one, else the last that ended; no draft."""
    ended = user.identity_checks.exclude(status=Status.DRAFT).order_by("-submitted_at")
    rank = {Status.PENDING: 0, Status.APPROVED: 1}
    return min(ended, key=lambda check: rank.get(Status(check.status), 2), default=None)


def median_duration(now: datetime) -> timedelta:
    """How long checks have taken from sending to decision (the median), or a stated default before enough were made."""
    decided = IdentityCheck.objects.filter(
        status__in=(Status.APPROVED, Status.REFUSED), by_post=False, decided_at__gt=now - MEASURED_OVER
    )
    moments = decided.values_list("submitted_at", "decided_at")
    seconds = [(end - begun).total_seconds() for begun, end in moments if end]
    return timedelta(seconds=statistics.median(seconds)) if len(seconds) >= MEASURED_FROM else DEFAULT_DURATION


def usual_days(now: datetime) -> int:
    """``median_duration`` in whole days, at least one: « en général sous 2 jours »; measured every five minutes."""
    day = timezone.localdate(now)
    days = cache.get_or_set(f"usual_days:{day}", lambda: max(1, math.ceil(median_duration(now) / timedelta(days=1))))
    return days or 1


def first_start_at_stake(today: date) -> Min:
    """For a query of checks: start of the first session whose dossier waits for this check and can still leave."""
    waiting = Q(user__enrolments__state=State.DRAFT, user__enrolments__session__start__gte=first_open_start(today))
    return Min("user__enrolments__session__start", filter=waiting)


# The person ----------------------------------------------------------------------------------------


def needed_sides(kind: str, front_pages: int = 1) -> tuple[str, ...]:
    """A card has two sides (unless one PDF of several pages shows both), a passport one page."""
    return (Side.FRONT, Side.BACK) if kind == Kind.CARD and front_pages == 1 else (Side.FRONT,)


def documents_held(user: User, kind: str) -> dict[str, IdentityDocument]:
    """The good copies already received of this kind of document, by side: prepared, else of the check under way."""
    held = IdentityDocument.objects.filter(
        check_row__user=user,
        check_row__status__in=(Status.DRAFT, Status.PENDING),
        check_row__document_kind=kind,
    ).defer("content")
    # Prepared ones come last and win.
    rows = sorted(held.select_related("check_row"), key=lambda document: document.check_row.status == Status.DRAFT)
    return {document.side: document for document in rows}


@transaction.atomic
def prepare(user: User, kind: str, typed: Mapping[str, Any], files: Mapping[str, CleanDocument], now: datetime) -> None:
    """Keep what is right of an unfinished sending: the good sides, encrypted, and the values typed."""
    user = User.objects.lock(user)
    draft, _ = IdentityCheck.objects.get_or_create(user=user, status=Status.DRAFT)
    if draft.document_kind != kind:
        draft.documents.all().delete()
    draft.document_kind = kind
    draft.submitted_at = now
    for name in IDENTITY_FIELDS:
        if name in typed:
            setattr(draft, name, typed[name])
    draft.save()
    _store(draft, files, now)


@transaction.atomic
def submit_documents(user: User, details: Details, files: Mapping[str, CleanDocument], now: datetime) -> IdentityCheck:
    """Send the documents to ADM79, or replace those of the check under way, which keeps its place in the queue.

    A side that was received before need not be in *files*. Raises ``IdentityError`` when one is missing or the
    identity is already verified.
    """
    user = User.objects.lock(user)
    if is_settled(user):
        raise IdentityError("Votre identité est déjà vérifiée.")
    pending = user.identity_checks.filter(status=Status.PENDING).first()
    draft = user.identity_checks.filter(status=Status.DRAFT).first()
    check = pending or draft or IdentityCheck(user=user, status=Status.DRAFT)
    _bring_together(check, draft, details.document_kind)
    for name, value in asdict(details).items():
        setattr(check, name, value)
    check.version += 1 if pending else 0
    check.submitted_at = check.submitted_at if pending else now
    check.status = Status.PENDING
    check.save()
    _store(check, files, now)
    _keep_only_needed(check)
    _journal(check, IdentityEvent.Kind.REPLACED if pending else IdentityEvent.Kind.SUBMITTED, now, user)
    if not pending:
        url = settings.SITE_URL + reverse("admin:enrolment_identitycheck_change", args=[check.pk])
        send_later("identity/to_check", settings.ADM79_EMAIL, {"url": url}, key=f"identity/to_check:{check.pk}")
    return check


@transaction.atomic
def withdraw(user: User, now: datetime) -> bool:
    """Take back what was prepared or sent: copies and typed values go at once; whether there was anything."""
    user = User.objects.lock(user)
    gone = user.identity_checks.filter(status=Status.DRAFT).delete()[0]
    pending = user.identity_checks.filter(status=Status.PENDING).first()
    if pending:
        _close(pending, Status.WITHDRAWN, now, by=user)
    return bool(gone or pending)


def personal_data(user: User, **_: Any) -> dict[str, Any]:
    """The person's checks, for the file of all that the site knows of them (``accounts.profile.export``)."""
    unnamed = {"id", "user", "version", "decided_by"}
    checks = [
        row(check, leave_out=unnamed)
        | {"copies gardées": ", ".join(map(str, check.documents.defer("content"))) or "aucune"}
        for check in user.identity_checks.all()
    ]
    return {"Vérifications d'identité": checks}


# Staff ---------------------------------------------------------------------------------------------


@transaction.atomic
def look_at(check: IdentityCheck, by: User, now: datetime) -> list[tuple[IdentityDocument, bytes]]:
    """The documents of a pending check, decrypted, each side with its bytes; who looked and when is journaled."""
    documents = list(check.documents.all()) if check.status == Status.PENDING else []
    if documents:
        _journal(check, IdentityEvent.Kind.LOOKED_AT, now, by, ", ".join(map(str, documents)))
        logger.info("identity documents of check %s looked at by %s", check.pk, by.pk)
    return [(document, encryption.decrypt(bytes(document.content))) for document in documents]


@transaction.atomic
def approve(check: IdentityCheck, by: User | None, now: datetime, *, version: int | None = None) -> IdentityCheck:
    """The document shows the person who typed these items: they become the account's certified identity.

    *version* is what staff looked at; raises ``IdentityError`` when it was replaced, withdrawn or decided since.
    """
    check, user = _pending(check, version)
    _certify(user, check, now)
    _close(check, Status.APPROVED, now, by=by)
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
    _close(check, Status.REFUSED, now, by=by, forget=False)
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
    _close(check, Status.APPROVED, now, by=by, event=IdentityEvent.Kind.RECORDED)
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
    _close(check, Status.EXPIRED, now, by=None)
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


def _bring_together(check: IdentityCheck, draft: IdentityCheck | None, kind: str) -> None:
    """Leave on *check* the copies of this kind of document, those prepared in *draft* before those sent earlier."""
    if check.pk and check.document_kind != kind:
        check.documents.all().delete()
    if draft is None or draft.pk == check.pk:
        return
    if draft.document_kind == kind:
        prepared = draft.documents.all()
        check.documents.filter(side__in=prepared.values("side")).delete()
        prepared.update(check_row=check)
    draft.delete()


def _store(check: IdentityCheck, files: Mapping[str, CleanDocument], now: datetime) -> None:
    for side, file in files.items():
        IdentityDocument.objects.update_or_create(
            check_row=check,
            side=side,
            defaults={
                "content_type": file.content_type,
                "pages": file.pages,
                "received_at": now,
                "content": encryption.encrypt(file.content),
            },
        )


def _keep_only_needed(check: IdentityCheck) -> None:
    held = dict(check.documents.values_list("side", "pages"))
    needed = needed_sides(check.document_kind, held.get(Side.FRONT, 1))
    if missing := [Side(side).label for side in needed if side not in held]:
        raise IdentityError(f"Il manque une photo : {', '.join(missing)}.")
    check.documents.exclude(side__in=needed).delete()


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


def _close(
    check: IdentityCheck,
    status: Status,
    now: datetime,
    *,
    by: User | None,
    forget: bool = True,
    event: IdentityEvent.Kind | None = None,
) -> None:
    """End a check: its copies are deleted here and now; what was typed too, unless it serves to try again."""
    check.documents.all().delete()
    check.status, check.decided_at, check.decided_by = status, now, by
    if forget:
        for name, nothing in NOTHING_TYPED.items():
            setattr(check, name, nothing)
    check.save()
    _journal(check, event or IdentityEvent.Kind(status), now, by)


def _journal(check: IdentityCheck, kind: IdentityEvent.Kind, now: datetime, by: User | None, detail: str = "") -> None:
    IdentityEvent.objects.create(check_row=check, kind=kind, at=now, by=by, detail=detail)


def waiting_dossier(user: User) -> Enrolment | None:
    """The dossier to go on with: the one to send whose session comes first."""
    drafts = Enrolment.objects.filter(user=user, state=State.DRAFT).select_related("session__training")
    return drafts.order_by("session__start").first()


def _way_on(user: User) -> dict[str, str]:
    """Where « vous pouvez poursuivre votre inscription » leads."""
    dossier = waiting_dossier(user)
    if dossier is None:
        return {"url": settings.SITE_URL + reverse("catalogue:search"), "training": ""}
    return {"url": settings.SITE_URL + dossier.get_absolute_url(), "training": dossier.session.training.title}


def _tell(user: User, template: str, check: IdentityCheck, context: dict[str, str]) -> None:
    url = settings.SITE_URL + reverse("enrolment:identity")
    send_later(template, user.email, {"url": url, **context}, key=f"{template}:{check.pk}")
