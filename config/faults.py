"""When the database cannot serve: which fault it is, and the calm page for it.

Handed to Django as ``handler500``: so it answers for views, middlewares, templates and the admin alike. A fault of the
database is 503, not 500: nothing is wrong with the request, and the same one will pass in a while.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error


@dataclass(frozen=True)
class Fault:
    """What the person reads of it (``kind``), and after how many seconds trying again makes sense."""

    kind: str
    retry_after: int


BUSY = Fault("busy", 10)
DOWN = Fault("down", 60)
READ_ONLY = Fault("read_only", 300)
UPDATING = Fault("updating", 30)

BY_SQLSTATE = {
    "55P03": BUSY,  # lock_timeout
    "57014": BUSY,  # statement_timeout
    "40001": BUSY,  # two transactions that cannot both be right
    "40P01": BUSY,  # deadlock
    "25P03": BUSY,  # idle_in_transaction_session_timeout
    "53300": BUSY,  # too many connections
    "25006": READ_ONLY,  # a replica, or a server set aside
    "53100": READ_ONLY,  # disk full
    "42P01": UPDATING,  # no such table: the migrations are on their way
    "42703": UPDATING,  # no such column
    "0A000": UPDATING,  # a plan kept from before a column changed; nothing else that PostgreSQL lacks is asked of it
}
"""PostgreSQL's codes. Any other failure to operate is DOWN."""

BY_WORDS = {
    "locked": BUSY,
    "busy": BUSY,
    "readonly": READ_ONLY,
    "full": READ_ONLY,
    "too many clients": BUSY,
    "connection slots": BUSY,
    "no such table": UPDATING,
    "no such column": UPDATING,
    "has no column": UPDATING,
}
"""What the messages of SQLite hold, and of a PostgreSQL that lets nobody in: they come without a code."""


def fault_of(error: BaseException | None) -> Fault | None:
    """The database's fault behind *error*; None when it is the program's, and so a true 500."""
    for cause in _causes(error):
        if not isinstance(cause, DatabaseError | InterfaceError) or isinstance(cause, IntegrityError | DataError):
            continue
        state = getattr(cause.__cause__, "sqlstate", None)
        if known := BY_SQLSTATE.get(state or ""):
            return known
        words = str(cause).lower() if state is None else ""
        if known := next((fault for mark, fault in BY_WORDS.items() if mark in words), None):
            return known
        if isinstance(cause, OperationalError | InterfaceError):
            return DOWN
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@requires_csrf_token
def answer(request: HttpRequest) -> HttpResponse:
    """The page for the exception being handled: 503 for a fault of the database, Django's own 500 else."""
    fault = fault_of(sys.exception())
    if fault == UPDATING:
        connection.close()  # and the plans of before the migration with it
    return unavailable(fault) if fault else server_error(request)


def unavailable(fault: Fault) -> HttpResponse:
    """The page that says what happened, that nothing is lost, and when to try again. Needs no database."""
    page = render_to_string("503.html", {"kind": fault.kind})
    return HttpResponse(page, status=503, headers={"Retry-After": str(fault.retry_after), "Cache-Control": "no-store"})
