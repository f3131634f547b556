"""What staff add to the mails, and the kinds of mails there are, as the templates themselves say."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template

from core.models import MailPhrase

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
EXAMPLE = FOLDER / "example.json"
"""Values that a preview puts where a mail names a person, a training, a day; all invented."""
MARK = "phrase.opening"
"""What the frame of a mail holds where staff's words go: a mail without such a frame takes none."""


@dataclass(frozen=True)
class Phrase:
    """What is added, in paragraphs; nothing by default."""

    opening: str = ""
    closing: str = ""


def in_force(kind: str) -> Phrase:
    """What is added to the mails of this kind today."""
    rows = MailPhrase.objects.filter(kind=kind).exclude(published_at=None)
    last = rows.order_by("-published_at", "-pk").first()
    return Phrase(last.opening.strip(), last.closing.strip()) if last else Phrase()


@cache
def names() -> tuple[str, ...]:
    """The mails that take words: « enrolment/request_sent », the name of the template."""
    paths = [path for path in sorted(FOLDER.glob("*/*.txt")) if path.stem != "base" and _takes_words(path)]
    return tuple(f"{path.parent.name}/{path.stem}" for path in paths)


@cache
def kinds() -> dict[str, str]:
    """These mails by their name: their subject, as an example of it reads."""
    values = {**example(), "phrase": Phrase()}
    texts = {name: get_template(f"emails/{name}.txt").render(values) for name in names()}
    return {name: text.strip().partition("\n")[0].strip() for name, text in texts.items()}


def _takes_words(path: Path) -> bool:
    """Whether the template's frame, or itself, has the marked spot."""
    text = path.read_text()
    frame = text.partition('{% extends "')[2].partition('"')[0]
    return MARK in (text if not frame else (FOLDER.parent / frame).read_text())


@cache
def _example() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return values


def example() -> dict[str, Any]:
    """An invented context for any mail."""
    return {**_example(), "site_url": settings.SITE_URL, "adm79_email": settings.ADM79_EMAIL}
