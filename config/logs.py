"""How a line of the log is written: enough to repair, nothing of what anybody typed."""

import copy
import logging
import re
import traceback
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType

from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The request that is being answered, the same in the proxy's log, in ours and in the ``X-Request-ID`` header."""

DETAIL = re.compile(r"\n\s*(?:DETAIL|CONTEXT):.*(?:\n\s+.*)*")
"""What PostgreSQL adds to a refused row: the row itself, names and addresses included."""
MAILED = re.compile(r"(/mot-de-passe/nouveau/|/adresse-mail/confirmer/|/lettre/)[^\s?]+")
"""An address that was mailed: it opens something for whoever reads it in the log."""
NUMBER = re.compile(r"(?<!\w)[12]\s?\d\d\s?[01]\d\s?\d[\dABab]\s?\d{3}\s?\d{3}(?:\s?\d\d)?(?!\w)")
"""What looks like a social-security number, wherever it comes from: an address made by hand holds one."""
ADDRESS = re.compile(r"[^\s/@]+@[^\s/@]+\.\w+")
"""A mail address, in an address made by hand."""

type ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """One line, then where in the code it happened; no message of an exception, which quotes what was typed."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        record = copy.copy(record)
        record.request_id, record.exc_text = request_id.get(), None  # not what another handler has made of it
        return discreet(super().format(record))

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  logging's own name
        """The frames of each exception of the chain and its name; for the database's, the code and the constraint."""
        return "\n".join(self._exceptions(ei[1]))

    def _exceptions(self, error: BaseException | None) -> Iterator[str]:
        if error is None:
            return
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is not None:
            yield from self._exceptions(before)
            yield "which led to:"
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        yield name_of(error)


def discreet(text: str) -> str:
    """*text* without the rows that PostgreSQL quotes, mailed links, numbers, mail addresses."""
    return ADDRESS.sub("…", NUMBER.sub("…", MAILED.sub(r"\1…", DETAIL.sub("", text))))


def name_of(error: BaseException | None) -> str:
    """The kind of *error*, with PostgreSQL's code and the constraint that refused; never its message."""
    diagnosis = getattr(error, "diag", None)
    known = (getattr(error, "sqlstate", None), getattr(diagnosis, "constraint_name", None))
    told = " ".join(str(each) for each in known if each)
    return f"{type(error).__module__}.{type(error).__qualname__} {told}".rstrip()


def calm_noise(record: logging.LogRecord) -> bool:
    """A filter that changes levels: what scanners try is no error of the site, and a stopped database no novel.

    A forged host or an absurd request (``django.security``) is a warning in one line; a 503 that ``config.faults``
    answered keeps its level and loses its traceback, which would fill the disk while the database is down.
    """
    if record.name.startswith("django.security") and record.levelno > logging.WARNING:
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        record.msg, record.args = "refused: %s", (record.name.rpartition(".")[2],)
    elif getattr(record, "status_code", None) == 503 and record.exc_info:
        record.msg, record.args = f"{record.getMessage()} ({name_of(record.exc_info[1])})", None
        record.exc_info = None
    return True


def identify(given: str) -> str:
    """The id of a request: the proxy's, when there is one in front and it is a plain word; else a fresh one."""
    plain = settings.TRUSTED_PROXIES and re.fullmatch(r"[A-Za-z0-9-]{8,64}", given)
    return given if plain else uuid.uuid4().hex
