"""How a line of the log is written."""

import logging
import re

DETAIL = re.compile(r"\n\s*(?:DETAIL|CONTEXT):.*(?:\n\s+.*)*")
"""What PostgreSQL adds to a refused row: the row itself, names and addresses included."""

MAILED = re.compile(r"(/mot-de-passe/nouveau/|/adresse-mail/confirmer/)[^\s?]+")
"""An address that was mailed: it opens something for whoever reads it in the log."""


class DiscreetFormatter(logging.Formatter):
    """One line, then the traceback if there is one; without the rows that PostgreSQL quotes, without mailed links."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return MAILED.sub(r"\1…", DETAIL.sub("", super().format(record)))
