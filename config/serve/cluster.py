"""A PostgreSQL of one's own in a folder, listening on a Unix socket only."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
"""Accounts to run PostgreSQL as, since its programs refuse root: Debian's own, else the one that may do nothing."""
LONGEST_SOCKET = 85
"""Bytes of the folder's path: with the name of the socket added, the system takes 107."""


def find_postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, the newest that is installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = debian[-1] if debian else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def unprivileged() -> str | None:
    """The account to run PostgreSQL as when this process is root's, None otherwise."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


class Cluster:
    """PostgreSQL's data in ``<folder>/data``, its socket in *folder*, trusting whoever may enter the folder.

    *options* are added to the server's command line. ``start`` makes the data the first time.
    """

    def __init__(self, folder: Path, programs: Path, options: str = "") -> None:
        self.folder, self.programs, self.user = folder, programs, unprivileged()
        self.options = f"-k {folder} -c listen_addresses='' {options}"

    def url(self, database: str = "adm79") -> str:
        """The DATABASE_URL of one of its databases."""
        return f"postgres://adm79@/{self.folder}/{database}"

    def usable(self) -> bool:
        """Whether PostgreSQL can live there: a short path, which the unprivileged account can reach."""
        if len(os.fsencode(self.folder)) > LONGEST_SOCKET:
            return False
        reach = subprocess.run(["/usr/bin/test", "-x", self.folder.parent], user=self.user, check=False)  # noqa: S603
        return reach.returncode == 0

    def start(self) -> None:
        """Start the server, unless it runs, and wait until it answers. Raises subprocess.CalledProcessError."""
        if not (self.folder / "data").exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.user:
                shutil.chown(self.folder, self.user)
            self._run("initdb", "-U", "adm79", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        if not self.runs():
            self._run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", self.options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, if it runs: ``fast`` ends what is open, ``immediate`` is as a power cut."""
        if self.runs():
            self._run("pg_ctl", "-w", "-m", mode, "stop")

    def runs(self) -> bool:
        """Whether the server runs; a killed ``make serve`` has left it so."""
        try:
            self._run("pg_ctl", "status")
        except subprocess.CalledProcessError:
            return False
        return True

    def create(self, database: str) -> None:
        """Make an empty database unless it is there."""
        found = self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'")  # noqa: S608  a name of our own
        if not found.strip():
            self._sql(f"CREATE DATABASE {database}")

    def _sql(self, statement: str) -> str:
        command = ["psql", "-h", str(self.folder), "-U", "adm79", "-d", "postgres", "-Atc", statement]
        return self._run(*command, data=False)

    def _run(self, program: str, *arguments: str, data: bool = True) -> str:
        command = [str(self.programs / program), *(["-D", f"{self.folder}/data"] if data else []), *arguments]
        # The server keeps open what pg_ctl gives it: a pipe to it would never end.
        output = subprocess.PIPE if program == "psql" else subprocess.DEVNULL
        done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
            command, user=self.user, cwd=self.folder, check=True, stdout=output, stdin=subprocess.DEVNULL, text=True
        )
        return done.stdout or ""
