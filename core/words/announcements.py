"""Announcements: which ones a page shows today, and to whom they were enough.

Read on every page, hence kept in memory for a moment; publishing one in another process shows within that time.
"""

import re
import time
from datetime import date
from typing import Any

from django.db import Error
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.cookies import host_name
from core.models import Announcement

READ_AGAIN_AFTER = 30.0
"""Seconds that a process trusts what it has read."""
COOKIE = host_name("adm79_annonces")
COOKIE_LASTS = 60 * 24 * 3600
"""Seconds: two months, longer than an announcement usually stays."""
MOST_HIDDEN = 50

_known: list[Announcement] | None = None
_read_at = 0.0


def forget(**_: Any) -> None:
    """Read them again at the next page: one was written."""
    global _known  # noqa: PLW0603  the memory of a process
    _known = None


def connect() -> None:
    """What a process writes it shows at once."""
    post_save.connect(forget, sender=Announcement, dispatch_uid="announcement written")
    post_delete.connect(forget, sender=Announcement, dispatch_uid="announcement deleted")


def _published() -> list[Announcement]:
    global _known, _read_at  # noqa: PLW0603
    if _known is None or time.monotonic() - _read_at > READ_AGAIN_AFTER:
        rows = Announcement.objects.exclude(published_at=None).filter(withdrawn_at=None)
        try:
            _known = list(rows.filter(ends_on__gte=timezone.localdate()).order_by("-starts_on", "-pk"))
        except Error:  # help and contact stand without the database, and do not ask it again at each page
            _known = _known or []
        _read_at = time.monotonic()
    return _known


def shown(request: HttpRequest, today: date, *, at_home: bool) -> list[Announcement]:
    """Those that the page asked for shows, the latest first; not those that this browser has hidden."""
    found = [each for each in _published() if each.starts_on <= today <= each.ends_on]
    found = [each for each in found if at_home or each.where == Announcement.Where.EVERYWHERE]
    hidden = _hidden(request) if found else set()
    return [each for each in found if each.pk not in hidden]


def hide(request: HttpRequest, response: HttpResponse, announcement_id: int) -> None:
    """Have this browser remember that the announcement was read: its number, and nothing else."""
    numbers = sorted(_hidden(request) | {announcement_id})[-MOST_HIDDEN:]
    value = ".".join(map(str, numbers))
    secure = COOKIE.startswith("__Host-")
    response.set_cookie(COOKIE, value, max_age=COOKIE_LASTS, secure=secure, httponly=True, samesite="Lax")


def _hidden(request: HttpRequest) -> set[int]:
    return {int(number) for number in re.findall(r"\d{1,9}", request.COOKIES.get(COOKIE, "")[:600])}
