"""What no test may do unnoticed: write in a GET, lean on the order or the number of rows, leave this machine."""

import ipaddress
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.db.models.query import QuerySet
from django.test import Client

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(?P<table>\w+)', re.IGNORECASE)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PROTOCOL_PATHS = ("/franceconnect/",)
"""OpenID Connect comes and goes by GET: the return logs in, the way out keeps its state in the session."""


JOURNALS = {"django_admin_log"}
"""Who reads whose file is written down: the one thing that looking leaves behind."""


def refuse_writes(execute, sql, params, many, context):
    """An ``execute_wrapper`` that fails on any change of the database."""
    write = WRITES.match(sql)
    if write and write["table"] not in JOURNALS:
        pytest.fail(f"A GET writes to {write['table']}: {sql[:200]}")
    return execute(sql, params, many, context)


@contextmanager
def gets_write_nothing() -> Iterator[None]:
    """Fail when a GET made with the test client changes the database."""
    original = Client.request

    def request(self: Client, **environ: object):
        if environ["REQUEST_METHOD"] not in SAFE_METHODS or str(environ["PATH_INFO"]).startswith(PROTOCOL_PATHS):
            return original(self, **environ)
        with connections["default"].execute_wrapper(refuse_writes):
            return original(self, **environ)

    with mock.patch.object(Client, "request", request):
        yield


@contextmanager
def unordered_rows_come_reversed() -> Iterator[None]:
    """Give the rows of a query without order in the reverse of the usual order: nobody may count on it."""
    original = QuerySet._fetch_all

    def fetch_all(self: QuerySet) -> None:
        fresh = self._result_cache is None
        original(self)
        if fresh and not self.ordered:
            self._result_cache.reverse()

    with mock.patch.object(QuerySet, "_fetch_all", fetch_all):
        yield


def rows_are_numbered_apart() -> None:
    """Begin each table's numbers elsewhere: nobody may count on 1, nor on two tables that number alike."""
    keys = [(model._meta.db_table, model._meta.pk) for model in apps.get_models(include_auto_created=True)]
    tables = [(table, key.column) for table, key in keys if isinstance(key, models.AutoField)]
    with connection.cursor() as cursor:
        for first, (table, column) in enumerate(sorted(tables), start=1):
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first * 10_000])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, first * 10_000])


@contextmanager
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    original = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            pytest.fail(f"A test connects to {address}")
        original(self, address)

    with mock.patch.object(socket.socket, "connect", connect):
        yield


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
