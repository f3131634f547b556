"""A whole production on this machine, for as long as a test needs it: PostgreSQL, static files, granian's workers."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from config.serve.cluster import Cluster
from tests.settings import ENVIRONMENT

PATIENCE = 30
"""Seconds for a process to be ready, or to be there again."""


def eventually[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What *look* returns once it is true; its last answer when it never was."""
    end = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return seen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """The pages, started by ``deploy/run`` as everywhere."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.port = free_port()
        self.log = folder / "site.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            **ENVIRONMENT,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SITE_URL": f"http://localhost:{self.port}",
            "EMAIL_URL": f"filemail://{folder / 'mails'}",
            "STATIC_ROOT": str(folder / "static"),
            "TRUSTED_PROXIES": "0",
            "PORT": str(self.port),
            **changes,
        }

    def manage(self, *arguments: str) -> str:
        """One management command, to its end; what it said."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, check=True, text=True, capture_output=True
        )
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["deploy/run", "pages"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            assert eventually(lambda: self.status("/sante/processus/") in {200, 400}), self.log.read_text()
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def workers(self) -> set[int]:
        """The ids of the processes that answer."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "config.wsgi"], text=True, capture_output=True, check=False
        )
        return {int(pid) for pid in found.stdout.split()}

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers (lower case), body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Host": f"localhost:{self.port}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        finally:
            connection.close()

    def status(self, path: str) -> int:
        """The status alone; 0 when nobody answers."""
        try:
            return self.ask(path)[0]
        except OSError:
            return 0

    def log_in(self, nir: str, password: str) -> tuple[int, dict[str, str], bytes]:
        """Send the login form, as a browser would."""
        token = "a" * 32
        return self.ask(
            "/connexion/",
            "POST",
            f"csrfmiddlewaretoken={token}&nir={nir}&password={password}",
            Cookie=f"csrftoken={token}",
            Content_Type="application/x-www-form-urlencoded",
        )


@contextmanager
def cluster(folder: Path, programs: Path) -> Iterator[Cluster]:
    """A PostgreSQL of the test's own, to be stopped and locked."""
    made = Cluster(folder / "postgresql", programs, "-c fsync=off -c max_connections=30")
    made.start()
    made.create("adm79")
    try:
        yield made
    finally:
        with suppress(subprocess.CalledProcessError):
            made.stop("immediate")
