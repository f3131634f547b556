"""Identity checked from a document, for those who come without FranceConnect (the guide: « vérification préalable »).

A person prepares (draft), sends (pending), replaces or withdraws; staff decide (``deciding``). Each step is one
transaction under the lock of the account, writes the journal and its mail, and the copies of the document go in the
very transaction that ends it (``close``). No status changes anywhere else.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.profile.export import row
from core import encryption
from core.outbox import send_later
from enrolment.identity_checks.documents import CleanDocument
from enrolment.identity_checks.standing import is_settled
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent

Kind = IdentityCheck.Kind
Side = IdentityDocument.Side
Status = IdentityCheck.Status

DOCUMENTS_KEPT = timedelta(days=60)
"""Copies live no longer, even if nobody decides (and what was typed for a refused check, kept to try again)."""

DRAFT_KEPT = timedelta(days=7)
"""What was prepared and not sent: the time to find the card and come back."""


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
    journal(check, IdentityEvent.Kind.REPLACED if pending else IdentityEvent.Kind.SUBMITTED, now, user)
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
        close(pending, Status.WITHDRAWN, now, by=user)
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


# Inside --------------------------------------------------------------------------------------------


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


def close(
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
    journal(check, event or IdentityEvent.Kind(status), now, by)


def journal(check: IdentityCheck, kind: IdentityEvent.Kind, now: datetime, by: User | None, detail: str = "") -> None:
    """Write down who did what, when."""
    IdentityEvent.objects.create(check_row=check, kind=kind, at=now, by=by, detail=detail)
