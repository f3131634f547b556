"""Whole journeys of many officials at once: home, rights, search, training, a dossier opened, its first step, given up.

On production's own server with its usual processes and threads, bounded in time. Prints the times of a journey and of
its pages (median, 95th and 99th percentile), errors (there must be none), and the memory of the processes that answer.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

SECONDS, OFFICIALS = 45, 8


class Browser:
    """One person's browser: a connection kept open, a session, and the times of all that was asked."""

    def __init__(self, port: int, key: str) -> None:
        from django.conf import settings

        self.host = f"localhost:{port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = {settings.SESSION_COOKIE_NAME: key, settings.CSRF_COOKIE_NAME: "a" * 32}
        self.times: dict[str, list[float]] = {}
        self.errors: list[str] = []

    def ask(self, name: str, path: str, **posted: str) -> tuple[str, str]:
        """One page: where it redirects to, and its text."""
        headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if posted:
            body = urlencode({"csrfmiddlewaretoken": "a" * 32, **posted})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request("POST" if posted else "GET", path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        self.times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        if response.status >= 400:
            self.errors.append(f"{name}: {response.status}")
        return response.headers.get("Location", ""), text

    def journey(self, training: str, session: int) -> None:
        """Look around, open a dossier, give it up."""
        began = time.perf_counter()
        self.ask("accueil", "/")
        self.ask("droits", "/mes-droits/")
        self.ask("recherche", "/formations/?q=budget+communal&lieu=79000")
        self.ask("formation", training)
        step, _ = self.ask("ouvrir un dossier", f"/inscriptions/nouvelle/{session}/", go="1")
        if dossier := re.match(r"(/inscriptions/[0-9a-f-]{36}/)", step):
            self.ask("étape", step)
            self.ask("dossiers", "/inscriptions/")
            self.ask("abandonner", f"{dossier[1]}annuler/", confirm="on")
        else:
            self.errors.append(f"no dossier: {step}")
        self.times.setdefault("(le parcours)", []).append((time.perf_counter() - began) * 1000)


def memory(pids: set[int]) -> list[int]:
    """Megabytes that each process holds."""
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return sorted(count * os.sysconf("SC_PAGE_SIZE") // 2**20 for count in pages)


@contextmanager
def serving(folder: Path, here: dict[str, str]) -> Iterator[Any]:
    from tests.operation.production import Site, eventually

    site = Site(folder, **here)
    with site.running():
        eventually(lambda: len(site.workers()) == 2)
        yield site


def measure(seconds: int, officials: int) -> dict[str, Any]:
    """Fill the database of DATABASE_URL, serve it, let everybody walk."""
    here = {name: os.environ[name] for name in ("DATABASE_URL", "STATIC_ROOT")}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests import factories
    from tests.bench import world

    call_command("migrate", verbosity=0)
    made = world.make()
    people = [world.log_in(factories.OfficialFactory()) for _ in range(officials)]
    session = factories.SessionFactory(start=factories.in_days(40), seats=15)
    training = session.training.get_absolute_url()
    connection.close()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), here) as site:
        before = memory(site.workers())
        browsers = [Browser(site.port, key) for key in people]
        end = time.monotonic() + seconds

        def walk(browser: Browser) -> None:
            while time.monotonic() < end and len(browser.errors) < 20:
                browser.journey(training, session.pk)

        threads = [threading.Thread(target=walk, args=[browser]) for browser in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times: dict[str, list[float]] = {}
        for browser in browsers:
            for name, taken in browser.times.items():
                times.setdefault(name, []).extend(taken)
        errors = [error for browser in browsers for error in browser.errors]
        return {"times": times, "errors": errors, "memory": [before, memory(site.workers())], "pages": len(made.pages)}


def table(measured: dict[str, dict[str, Any]]) -> int:
    """Print what was measured; 1 when anything failed."""
    sys.stdout.write(f"{'page':<22} {'base':<11} {'fois':>6} {'p50':>8} {'p95':>8} {'p99':>8}\n")
    for engine, found in measured.items():
        for name, times in found["times"].items():
            cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
            figures = f"{statistics.median(times):>8.1f} {cuts[94]:>8.1f} {cuts[98]:>8.1f}"
            sys.stdout.write(f"{name:<22} {engine:<11} {len(times):>6} {figures}\n")
        before, after = found["memory"]
        sys.stdout.write(f"{engine} : {len(found['errors'])} erreur(s) {found['errors'][:3] or ''}, ")
        sys.stdout.write(f"mémoire des processus {before} puis {after} Mo.\n")
    return 1 if any(found["errors"] for found in measured.values()) else 0


def main() -> int:
    """One process an engine."""
    parser = ArgumentParser(prog="make bench ARGS=journeys")
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--officials", type=int, default=OFFICIALS, help="who walk at the same time")
    parser.add_argument("--measure", action="store_true", help="measure the database of DATABASE_URL, write JSON")
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(json.dumps(measure(options.seconds, options.officials)))
        return 0
    engines = {"SQLite": os.environ["DATABASE_URL"]} | ({"PostgreSQL": options.postgres} if options.postgres else {})
    command = [sys.executable, "-m", "tests.bench.journeys", "--measure"]
    command += [f"--seconds={options.seconds}", f"--officials={options.officials}"]
    measured = {}
    for name, url in engines.items():
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        measured[name] = json.loads(done.stdout.splitlines()[-1])
    return table(measured)


if __name__ == "__main__":
    sys.exit(main())
