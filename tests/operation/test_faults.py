"""The real site, its PostgreSQL stopped, locked, read-only, its workers killed: it says what to do, and comes back."""

import os
import signal
import time

import psycopg
import pytest

from config import database
from tests.factories import PASSWORD, make_nir
from tests.operation.production import eventually

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("operation")]
NIR = make_nir()[:13]


def connect(cluster):
    return psycopg.connect(host=str(cluster.folder), user="adm79", dbname="adm79")


def test_a_killed_worker_is_started_again_and_the_others_serve_meanwhile(site):
    before = eventually(lambda: len(site.workers()) == 2 and site.workers())
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    after = eventually(lambda: len(site.workers() - before) == 1 and site.workers())
    assert victim not in after
    assert eventually(lambda: [site.status("/aide/") for _ in range(8)] == [200] * 8)


def test_a_database_that_stops_is_a_503_and_its_return_needs_no_restart(site, cluster):
    assert site.log_in(NIR, PASSWORD)[0] == 422
    cluster.stop("immediate")
    try:
        status, headers, page = site.log_in(NIR, PASSWORD)
        assert (status, headers["retry-after"]) == (503, "60")
        assert "rechargez cette page" in page.decode()
        assert site.ask("/sante/")[0] == 503
        assert [site.status(path) for path in ("/sante/processus/", "/aide/", "/contact/")] == [200] * 3
        assert site.ask("/admin/", Cookie="adm79_session=" + "a" * 32)[0] == 503
    finally:
        cluster.start()
    assert eventually(lambda: site.status("/sante/") == 200)
    assert eventually(lambda: site.log_in(NIR, PASSWORD)[0] == 422)


def test_a_database_left_running_by_a_killed_make_serve_is_taken_up_and_stopped_once(site, cluster):
    cluster.start()
    assert site.status("/sante/") == 200
    cluster.stop("fast")
    cluster.stop("fast")
    cluster.start()
    assert eventually(lambda: site.status("/sante/") == 200)


def test_a_locked_table_is_waited_for_in_bounds_and_told(site, cluster):
    with connect(cluster) as other:
        other.execute("LOCK TABLE core_throttle IN ACCESS EXCLUSIVE MODE")
        start = time.monotonic()
        status, headers, page = site.log_in(NIR, PASSWORD)
        waited = time.monotonic() - start
    assert (status, headers["retry-after"]) == (503, "10")
    assert "très occupé" in page.decode()
    assert waited < int(database.LOCK.rstrip("s")) + 5
    assert site.log_in(NIR, PASSWORD)[0] == 422


def test_a_read_only_database_is_read_and_says_that_it_keeps_nothing(site, cluster):
    with connect(cluster) as other:
        other.execute("ALTER DATABASE adm79 SET default_transaction_read_only = on")
    restart(cluster)
    try:
        status, _, page = site.log_in(NIR, PASSWORD)
        assert status == 503
        assert "ne peut rien enregistrer" in page.decode()
        assert site.status("/connexion/") == 200
        assert site.status("/sante/") == 200
    finally:
        with connect(cluster) as other:
            other.read_only = False
            other.execute("ALTER DATABASE adm79 RESET default_transaction_read_only")
        restart(cluster)
    assert eventually(lambda: site.log_in(NIR, PASSWORD)[0] == 422)


def restart(cluster):
    cluster.stop("fast")
    cluster.start()


def test_a_column_that_a_migration_widens_is_at_most_one_calm_page_a_connection(site, cluster):
    for _ in range(40):  # until each connection keeps its plans
        assert site.status("/formations-a-venir/") == 200
    with connect(cluster) as other:
        other.execute("ALTER TABLE catalogue_training ALTER COLUMN title TYPE varchar(999)")
    seen = [site.ask("/formations-a-venir/") for _ in range(80)]
    told = [headers["retry-after"] for status, headers, _ in seen if status == 503]
    assert told
    assert set(told) == {"30"}
    assert {status for status, _, _ in seen} == {200, 503}
    assert [status for status, _, _ in seen][-20:] == [200] * 20


def test_what_a_person_typed_while_the_database_could_not_serve_is_not_in_the_log(site, cluster):
    with connect(cluster) as other:
        other.execute("LOCK TABLE core_throttle IN ACCESS EXCLUSIVE MODE")
        assert site.log_in(NIR, PASSWORD)[0] == 503
    log = site.log.read_text()
    assert "Service Unavailable" in log
    assert NIR not in log
    assert PASSWORD not in log
