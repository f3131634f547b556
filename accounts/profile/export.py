"""All that the site knows of a person, as JSON with names that people read."""

import json
from typing import Any

from django.db import models
from django.dispatch import Signal
from django.utils import timezone
from django.utils.formats import date_format

from accounts.contact import phones
from accounts.login import browsers
from accounts.models import FranceConnectIdentity, User

account_export = Signal()
"""Sent with ``user``; a receiver of another app returns ``{title: what it knows}`` to add to the file."""

NOT_PERSONAL = frozenset({"id", "password", "is_superuser", "is_staff", "username", "found_by"})


def personal_data(user: User) -> dict[str, Any]:
    """Sections by title. The NIR is not among them: the site keeps a digest only, which says nothing."""
    data: dict[str, Any] = {
        "Compte": row(user, leave_out=NOT_PERSONAL),
        "Numéro de sécurité sociale": "Le site ne le conserve pas ; il n'en garde qu'une empreinte chiffrée.",
        "FranceConnect": [
            row(link, leave_out={"id", "user"}) for link in FranceConnectIdentity.objects.filter(user=user)
        ],
        "Mandats": [
            row(mandate, leave_out={"id", "user", "name_key", "source_key"}) for mandate in user.mandates.all()
        ],
        "Mandats déclarés": [
            row(claim, leave_out={"id", "user"}) for claim in user.mandate_claims.select_related("mandate")
        ],
        "Mandats à vérifier": [
            row(each, leave_out={"id", "user", "decided_by"}) for each in user.mandate_declarations.all()
        ],
        "Demandes de correction": [
            row(each, leave_out={"id", "user", "decided_by"}) for each in user.corrections.all()
        ],
        "Sessions ouvertes": [row(each, leave_out={"id", "user"}) for each in browsers.open_sessions(user)],
    }
    for _, sections in account_export.send(User, user=user):
        data |= sections if isinstance(sections, dict) else {}
    return data


def as_json(user: User) -> str:
    """The file that the person downloads."""
    made = {"Données de": user.get_full_name(), "Établi le": date_format(timezone.localtime(), "DATETIME_FORMAT")}
    return json.dumps({**made, **personal_data(user)}, ensure_ascii=False, indent=2)


def row(instance: models.Model, leave_out: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The fields of a row by their verbose names, choices and dates in words; digests and secrets left out."""
    shown = {}
    for field in instance._meta.concrete_fields:
        is_secret = "digest" in field.name or isinstance(field, models.BinaryField) or field.name == "session_key"
        if field.name in leave_out or is_secret:
            continue
        shown[str(field.verbose_name)] = _in_words(instance, field)
    return shown


def _in_words(instance: models.Model, field: Any) -> Any:
    value = getattr(instance, field.name)
    if field.choices:
        return str(getattr(instance, f"get_{field.name}_display")())
    if field.name in {"mobile", "landline", "phone"}:
        return phones.shown(value)
    if isinstance(field, models.DateTimeField):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT") if value else None
    if isinstance(field, models.DateField):
        return date_format(value, "DATE_FORMAT") if value else None
    return value if isinstance(value, str | int | bool | None) else str(value)
