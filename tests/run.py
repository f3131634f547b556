"""``make test``: the whole suite on SQLite with the browser, then on PostgreSQL without it; says what it left out.

A throw-away PostgreSQL is made in a temporary folder, unless DATABASE_URL already names one. With ``CI=true``
nothing may be left out: a missing Chromium or PostgreSQL is a failure.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import find_browser, find_postgresql

CI = bool(os.environ.get("CI"))
WORKERS = str(min(4, os.cpu_count() or 2))
UNPRIVILEGED = ("postgres", "nobody")
"""Accounts to run PostgreSQL as, since its programs refuse root: Debian's own, else the one that may do nothing."""


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
    known = {account.pw_name for account in pwd.getpwall()}
    user = next(name for name in UNPRIVILEGED if name in known) if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="adm79-pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), "-D", data, *arguments]
            subprocess.run(
                command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
            )

        run("initdb", "-U", "adm79", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgres://adm79@/{folder}/adm79"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def on_postgresql() -> int | None:
    """The suite on PostgreSQL, None when this machine has none."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return pytest("-m", "not browser", database_url=given)
    programs = find_postgresql()
    if programs is None:
        return None
    with postgresql(programs) as url:
        return pytest("-m", "not browser", database_url=url)


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
