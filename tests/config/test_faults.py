"""A database that cannot serve: a page that says what to do and when, 503, on every page, in the admin too."""

import sqlite3

import psycopg.errors
import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from django.template.loader import render_to_string
from django.test import Client

from config import faults


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
def test_a_page_for_everybody_stands_without_the_database(client, monkeypatch):
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", broken(OperationalError("down")))
    for path in ("/aide/", "/contact/", "/donnees-personnelles/"):
        assert client.get(path).status_code == 200


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
