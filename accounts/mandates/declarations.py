"""« Ce site n'a pas encore retrouvé votre mandat »: the person says what it is, staff confirm it or say why not."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from accounts.mandates import recognition
from accounts.mandates.recognition import register_key
from accounts.models import Mandate, MandateDeclaration, User
from core import outbox
from core.forms.base import BaseForm
from core.forms.dates import FrenchDateField
from core.locks import lock

Status = MandateDeclaration.Status


class DeclarationForm(BaseForm):
    """Function, place, since: what the dossiers will begin with."""

    function = forms.CharField(
        label="Fonction", max_length=120, help_text="Par exemple : maire, conseillère municipale."
    )
    kind = forms.ChoiceField(label="Mandat", choices=Mandate.Kind)
    place = forms.CharField(label="Commune ou collectivité", max_length=200)
    since = FrenchDateField(label="Depuis le", what="le début de votre mandat", past=True)
    required_messages = {
        "function": "Saisissez votre fonction.",
        "place": "Saisissez la commune ou la collectivité de votre mandat.",
    }


class DeclarationDecidedError(Exception):
    """Somebody else decided this declaration first."""


@transaction.atomic
def declare(user: User, values: dict[str, Any], now: datetime) -> MandateDeclaration:
    """Keep what the person says of their mandate; said again before staff decide, it is corrected."""
    User.objects.lock(user)
    given = {name: values[name] for name in ("function", "kind", "place", "since")}
    declaration, _ = MandateDeclaration.objects.update_or_create(
        user=user, status=Status.PENDING, defaults=given, create_defaults={**given, "created_at": now}
    )
    return declaration


def declared_last(user: User) -> MandateDeclaration | None:
    """What the person said last, whatever became of it."""
    return user.mandate_declarations.order_by("-created_at", "-id").first()


@transaction.atomic
def confirm(declaration_id: int, by: User, now: datetime) -> Mandate:
    """Staff confirm it: the mandate is made and attached to the account. Raises DeclarationDecidedError."""
    declaration = _pending(declaration_id)
    user = declaration.user
    mandate = Mandate.objects.create(
        birth_name=user.birth_name,
        first_name=user.first_names.split(" ")[0],
        name_key=register_key(user.birth_name),
        sex=user.sex,
        birth_date=user.birth_date,
        function=declaration.function,
        kind=declaration.kind,
        place_name=declaration.place,
        start=declaration.since,
    )
    recognition.attach(mandate, user)
    _decide(declaration, Status.CONFIRMED, by, now, "")
    return mandate


@transaction.atomic
def refuse(declaration_id: int, by: User, reason: str, now: datetime) -> MandateDeclaration:
    """Staff have not found it either; *reason* goes to the person. Raises DeclarationDecidedError."""
    declaration = _pending(declaration_id)
    _decide(declaration, Status.REFUSED, by, now, reason)
    return declaration


def _pending(declaration_id: int) -> MandateDeclaration:
    rows = MandateDeclaration.objects.filter(pk=declaration_id)
    lock(User.objects.filter(pk__in=rows.values("user")))
    declaration = rows.select_related("user").get()
    if declaration.status != Status.PENDING:
        raise DeclarationDecidedError("Cette déclaration a déjà été décidée.")
    return declaration


def _decide(declaration: MandateDeclaration, status: Status, by: User, now: datetime, reason: str) -> None:
    declaration.status, declaration.decided_by, declaration.decided_at = status, by, now
    declaration.answer = reason
    declaration.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    context = {"mandate": str(declaration), "confirmed": status == Status.CONFIRMED, "reason": reason}
    key = f"declaration:{declaration.pk}"
    outbox.send_later("accounts/mandate_decided", declaration.user.email, context, key=key)
