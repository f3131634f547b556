"""The mails that the demo has written to its folder, read for the page that shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
"""What Django's file backend writes between two messages of one file."""


@dataclass(frozen=True)
class Mail:
    """One message as its reader sees it."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str
    html: str


def read_mails(folder: Path) -> list[Mail]:
    """All the messages in *folder*, latest first."""
    mails = (mail for path in folder.glob("*.log") for mail in _read_file(path))
    return sorted(mails, key=lambda mail: (mail.at, mail.name), reverse=True)


def _read_file(path: Path) -> Iterator[Mail]:
    for number, part in enumerate(path.read_bytes().split(SEPARATOR)):
        if not part.strip():
            continue
        message = message_from_bytes(part, policy=policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101  what the default policy makes
        yield Mail(
            name=f"{path.stem}-{number}",
            at=parsedate_to_datetime(message["Date"]),
            to=str(message["To"]),
            subject=str(message["Subject"]),
            text=_body(message, "plain"),
            html=_body(message, "html"),
        )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""
