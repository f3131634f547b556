"""A database that cannot serve: a page that says what to do and when, 503, on every page, in the admin too."""

import sqlite3
import time
from contextlib import closing, contextmanager, suppress

import psycopg.errors
import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.template.loader import render_to_string
from django.test import Client

from config import faults
from core.words import announcements
from enrolment.models import Enrolment, EnrolmentEvent
from tests.factories import SessionFactory


def raised(error, cause=None):
    """*error* as Django raises it: caused by the driver's own."""
    error.__cause__ = cause
    return error


FAULTS = {
    "a lock waited for too long": (OperationalError("canceling"), psycopg.errors.LockNotAvailable(), faults.BUSY),
    "a query too long": (OperationalError("canceling"), psycopg.errors.QueryCanceled(), faults.BUSY),
    "a deadlock": (OperationalError("deadlock"), psycopg.errors.DeadlockDetected(), faults.BUSY),
    "an idle transaction ended": (
        InternalError("terminating"),
        psycopg.errors.IdleInTransactionSessionTimeout(),
        faults.BUSY,
    ),
    "too many connections": (OperationalError("FATAL: too many"), psycopg.errors.TooManyConnections(), faults.BUSY),
    "a replica": (InternalError("read-only"), psycopg.errors.ReadOnlySqlTransaction(), faults.READ_ONLY),
    "a disk full": (OperationalError("no space"), psycopg.errors.DiskFull(), faults.READ_ONLY),
    "a table on its way": (ProgrammingError("relation"), psycopg.errors.UndefinedTable(), faults.UPDATING),
    "a column on its way": (ProgrammingError("column"), psycopg.errors.UndefinedColumn(), faults.UPDATING),
    "a plan of before": (NotSupportedError("cached plan"), psycopg.errors.FeatureNotSupported(), faults.UPDATING),
    "a server that ended": (OperationalError("shutdown"), psycopg.errors.AdminShutdown(), faults.DOWN),
    "nobody answers": (OperationalError("connection refused"), psycopg.OperationalError(), faults.DOWN),
    "a connection closed": (InterfaceError("connection already closed"), None, faults.DOWN),
    "SQLite locked": (OperationalError("database is locked"), sqlite3.OperationalError(), faults.BUSY),
    "SQLite read-only": (
        OperationalError("attempt to write a readonly database"),
        sqlite3.OperationalError(),
        faults.READ_ONLY,
    ),
    "SQLite full": (OperationalError("database or disk is full"), sqlite3.OperationalError(), faults.READ_ONLY),
    "SQLite being migrated": (OperationalError("no such table: x"), sqlite3.OperationalError(), faults.UPDATING),
}
NOT_FAULTS = {
    "a rule of the database": (IntegrityError("unique"), psycopg.errors.UniqueViolation()),
    "a value too long": (DataError("too long"), psycopg.errors.StringDataRightTruncation()),
    "a wrong query": (ProgrammingError("syntax"), psycopg.errors.SyntaxError()),
    "a bug": (ZeroDivisionError(), None),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_the_database_is_told_by_its_kind(case):
    error, cause, fault = FAULTS[case]
    assert faults.fault_of(raised(error, cause)) == fault


@pytest.mark.parametrize("case", NOT_FAULTS)
def test_a_mistake_of_the_program_is_none(case):
    assert faults.fault_of(raised(*NOT_FAULTS[case])) is None


@pytest.fixture
def quiet():
    return Client(raise_request_exception=False)


def broken(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/connexion/", "/formations/rien/", "/admin/login/", "/admin/", "/compte/creer/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_its_database_every_page_is_a_calm_503(quiet, official_client, monkeypatch, path, method):
    quiet.cookies = official_client.cookies
    monkeypatch.setattr(
        "django.db.backends.base.base.BaseDatabaseWrapper.cursor", broken(OperationalError("password=secret refused"))
    )
    response = getattr(quiet, method)(path)
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "rechargez cette page" in page
    assert "secret" not in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_page_for_everybody_stands_without_the_database_and_asks_it_once(client, monkeypatch, error):
    """A server that vanished costs three seconds each time that it is asked."""
    asked = []
    announcements.forget()
    monkeypatch.setattr(
        "django.db.backends.base.base.BaseDatabaseWrapper.cursor",
        lambda *args: (asked.append(1), broken(error("down"))())[1],
    )
    for path in ("/aide/", "/contact/", "/donnees-personnelles/"):
        assert client.get(path).status_code == 200
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_mistake_of_the_program_stays_a_500(quiet, monkeypatch):
    monkeypatch.setattr("config.glossary.found", broken(ZeroDivisionError()))
    assert quiet.get("/aide/").status_code == 500


@pytest.mark.parametrize("kind", ["busy", "down", "read_only", "updating"])
def test_each_page_says_what_happened_and_what_to_do(kind):
    html = render_to_string("503.html", {"kind": kind})
    assert html.count("<h1>") == 1
    assert "Attendez une minute" in html
    assert "/contact/" in html


# The real SQLite ----------------------------------------------------------------------------------


@contextmanager
def locked():
    """Another process writes and does not end."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        yield  # closing ends what the other has begun


@contextmanager
def read_only():
    """The file cannot be written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")


@contextmanager
def full():
    """There is no room left on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (text)")
        cursor.execute("SELECT page_count FROM pragma_page_count()")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 2}")
        with suppress(OperationalError):
            while True:
                cursor.execute("INSERT INTO filler VALUES (%s)", ["x" * 2000])
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE filler")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "says"), [(locked, faults.BUSY), (read_only, faults.READ_ONLY), (full, faults.READ_ONLY)]
)
def test_a_real_sqlite_that_cannot_be_written_leaves_data_whole_and_says_what_to_do(quiet, official, fault, says):
    if connection.vendor != "sqlite":
        pytest.skip("the real PostgreSQL has its own: tests/operation")
    addresses = [f"/inscriptions/nouvelle/{SessionFactory().pk}/" for _ in range(40)]
    quiet.force_login(official, backend="django.contrib.auth.backends.ModelBackend")
    kept = quiet.session
    kept["authenticated_at"] = int(time.time())
    kept.save()
    written = 0
    with fault():  # the last pages of a full file still have room for some
        while (answer := quiet.post(addresses[written])).status_code == 302:
            written += 1
        assert (answer.status_code, answer.get("Retry-After")) == (503, str(says.retry_after))
        assert "Attendez" in answer.text
        assert quiet.get("/mes-droits/").status_code == 200, "what is only read is still read"
    assert Enrolment.objects.count() == EnrolmentEvent.objects.count() == written
    assert quiet.post(addresses[written]).status_code == 302
    assert Enrolment.objects.count() == written + 1
