"""How a line of the log is written."""

import logging
import re

DETAIL = re.compile(r"\n\s*(?:DETAIL|CONTEXT):.*(?:\n\s+.*)*")
"""What PostgreSQL adds to a refused row: the row itself, names and addresses included."""


class DiscreetFormatter(logging.Formatter):
    """One line, then the traceback if there is one, without the rows that PostgreSQL quotes in its errors."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return DETAIL.sub("", super().format(record))
