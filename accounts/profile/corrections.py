"""Corrections of certified fields: the person asks, staff decide, the person is told."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import CorrectionRequest, User
from core import outbox
from core.locks import lock

Status = CorrectionRequest.Status
DATE_STYLES = ("%d/%m/%Y", "%Y-%m-%d")
SEXES = {"f": "F", "femme": "F", "féminin": "F", "m": "M", "h": "M", "homme": "M", "masculin": "M"}


class AlreadyDecidedError(Exception):
    """Somebody else decided this request first."""

    def __init__(self) -> None:
        super().__init__("Cette demande a déjà été décidée.")


def accept(request_id: int, by: User, now: datetime) -> CorrectionRequest:
    """Write the value asked for into the account.

    Raises AlreadyDecidedError, and ValidationError for a value that the field cannot hold.
    """
    with transaction.atomic():
        user, correction = _locked(request_id)
        setattr(user, correction.field, value_of(correction))
        user.clean_fields(exclude=[field.name for field in User._meta.fields if field.name != correction.field])
        user.save(update_fields=[correction.field])
        _decide(correction, Status.ACCEPTED, by, now, "")
    return correction


def refuse(request_id: int, by: User, reason: str, now: datetime) -> CorrectionRequest:
    """Leave the account as it is; *reason* goes to the person. Raises AlreadyDecidedError."""
    with transaction.atomic():
        _, correction = _locked(request_id)
        _decide(correction, Status.REFUSED, by, now, reason)
    return correction


def value_of(correction: CorrectionRequest) -> Any:
    """What the account's field would hold. Raises ValidationError."""
    text = correction.wanted.strip()
    if correction.field == CorrectionRequest.Field.SEX:
        if text.lower() not in SEXES:
            raise ValidationError("Le sexe demandé n'est ni « femme » ni « homme ».", code="sex")
        return SEXES[text.lower()]
    if correction.field == CorrectionRequest.Field.BIRTH_DATE:
        for style in DATE_STYLES:
            try:
                return datetime.strptime(text, style).date()  # noqa: DTZ007  a day of birth has no time zone
            except ValueError:
                continue
        raise ValidationError("La date demandée ne s'écrit pas jj/mm/aaaa.", code="date")
    return text


def _locked(request_id: int) -> tuple[User, CorrectionRequest]:
    rows = CorrectionRequest.objects.filter(pk=request_id)
    people, corrections = lock(User.objects.filter(pk__in=rows.values("user")), rows)
    if not corrections or corrections[0].status != Status.PENDING:
        raise AlreadyDecidedError
    return people[0], corrections[0]


def _decide(correction: CorrectionRequest, status: Status, by: User, now: datetime, reason: str) -> None:
    correction.status, correction.decided_by, correction.decided_at, correction.answer = status, by, now, reason
    correction.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    context = {"field": correction.get_field_display(), "accepted": status == Status.ACCEPTED, "reason": reason}
    outbox.send_later("accounts/correction_decided", correction.user.email, context, key=f"correction:{correction.pk}")
