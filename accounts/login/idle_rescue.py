"""A form that could not be taken yet, kept encrypted for its author.

The browser's session had ended, or what it asks needs a fresh proof first: once that is done the form is there.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import redirects
from core.encryption import as_json
from core.models import Draft

KIND = "parked"
LIFETIME = timedelta(hours=2)
LARGEST, LARGEST_OF_STAFF = 8 * 1024, 200 * 1024
"""Bytes; more than any form of an official, or of the staff who write trainings. Files are never kept."""
MOST = 20
"""Forms kept for one person: the last ones. Otherwise one account would fill the disk by asking again and again."""


NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "asked"})
"""Neither the token nor what the box of the admin is asked: it may be a number, which nothing may keep."""


class Why(StrEnum):
    """What kept the form from being taken."""

    IDLE = "idle"
    PROOF = "proof"
    TERMS = "terms"


@dataclass(frozen=True)
class Parked:
    """Where the form goes and what it says; ``has_secrets`` when a password or a file has to be given again."""

    path: str
    fields: list[tuple[str, str]]
    has_secrets: bool
    why: str = Why.IDLE


def way_back(request: HttpRequest, why: Why) -> str:
    """Where somebody who is asked something first (*why*) comes back to, with what they were sending."""
    if request.method != "POST":
        return request.get_full_path()
    kept = park(request, cast("User", request.user), why)
    if kept:
        return reverse("accounts:parked", args=[kept.pk])
    return redirects.page_left(request) or redirects.after_login()


def park(request: HttpRequest, user: User, why: Why = Why.IDLE) -> Draft | None:
    """Keep for *user* what *request*, a POST of their browser, brought; None when there is nothing to keep."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if _is_kept(name)]
    secrets = bool(request.FILES) or any("password" in name for name in request.POST)
    kept = {"path": request.get_full_path(), "fields": fields, "has_secrets": secrets, "why": why}
    if not fields or len(as_json(kept)) > (LARGEST_OF_STAFF if user.is_staff else LARGEST):
        return None
    draft = Draft(kind=KIND, owner=Draft.owner_of(user), expires_at=timezone.now() + LIFETIME)
    draft.data = kept
    draft.save(force_insert=True)
    latest = Draft.objects.filter(kind=KIND, owner=draft.owner).order_by("-created_at", "pk")
    Draft.objects.filter(pk__in=list(latest.values_list("pk", flat=True)[MOST:])).delete()
    return draft


def find(user: object, draft_id: uuid.UUID, now: datetime) -> Parked | None:
    """The form kept for *user* under this id."""
    owner = Draft.owner_of(user) if isinstance(user, User) else ""
    draft = Draft.objects.filter(pk=draft_id, kind=KIND, owner=owner, expires_at__gt=now).first()
    return Parked(**draft.data) if draft else None


def _is_kept(name: str) -> bool:
    return name not in NEVER_KEPT and "password" not in name
