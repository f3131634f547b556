"""``make test``: the whole suite on SQLite with the browser, then what uses the database on PostgreSQL.

What this machine could not run is said at the end. A throw-away PostgreSQL is made in a temporary folder, unless
DATABASE_URL already names one. With ``CI=true`` nothing may be left out: a missing Chromium, HTML checker or
PostgreSQL is a failure.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.serve.cluster import Cluster, find_postgresql
from tests.machine import find_browser, find_html_checker

CI = bool(os.environ.get("CI"))
WORKERS = str(min(4, os.cpu_count() or 2))
ON_POSTGRESQL = ("-m", "not browser", "--second-engine")
"""The browser sees the same pages, and a test without a database has nothing to say of one."""


def pytest(*arguments: str, database_url: str | None) -> int:
    """Run the suite on a database (None: SQLite, one file a process); pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "-q", "--no-header", *arguments, *sys.argv[1:]]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    return subprocess.run(command, env=environment, check=False).returncode


@contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL of our own, on a Unix socket, that forgets to be careful with the disk."""
    careless = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
    with tempfile.TemporaryDirectory(prefix="adm79-pg-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "postgresql", programs, careless)
        cluster.start()
        try:
            yield cluster.url()
        finally:
            cluster.stop("immediate")


def on_postgresql() -> int | None:
    """The suite on PostgreSQL, None when this machine has none."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return pytest(*ON_POSTGRESQL, database_url=given)
    programs = find_postgresql()
    if programs is None:
        return None
    with postgresql(programs) as url:
        return pytest(*ON_POSTGRESQL, database_url=url)


def say(text: str) -> None:
    """A line for the person at the terminal, in order with pytest's own."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run everything, then tell loudly what did not run."""
    left_out = []
    say("── SQLite ──")
    has_browser = find_browser() is not None
    codes = [pytest(*([] if has_browser else ["-m", "not browser"]), database_url=None)]
    if not has_browser:
        left_out.append("the browser tests: no Chromium here (apt install chromium)")
    if not find_html_checker():
        left_out.append("the check that every page is valid HTML: no vnu here (npm's vnu-jar, and VNU_JAR)")
    say("── PostgreSQL ──")
    code = on_postgresql()
    if code is None:
        left_out.append("the whole run on PostgreSQL: not installed here (apt install postgresql)")
    else:
        codes.append(code)
    for what in left_out:
        say(f"\n!!! NOT RUN !!! {what}")
    failed = any(codes) or (CI and left_out)
    say(
        "\nFAILED"
        if failed
        else "\nAll that this machine can run has passed."
        if left_out
        else "\nEverything has passed."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
