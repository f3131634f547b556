"""``make bench``: how fast, heavy, readable. ``ARGS=pages``, ``weight``, ``"search --trainings 5000"``… for one.

All on this machine, in databases made for it, set up as in production. Figures, not tests: only ``weight``,
``journeys`` and ``desk`` fail.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from config.serve.cluster import Cluster, find_postgresql
from tests.run import say

MEASURES = ("weight", "readability", "pages", "journeys", "search", "finder", "imports", "desk", "growth")


def main() -> int:
    """Run the measures asked for; the worst exit code."""
    from tests.settings import ENVIRONMENT

    wanted, arguments = sys.argv[1:2], sys.argv[2:]
    environment = {**os.environ, **ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="adm79-bench-")))
        folder.chmod(0o711)
        environment["STATIC_ROOT"] = str(folder / "static")
        run = [sys.executable, "manage.py"]
        subprocess.run([*run, "collectstatic", "--no-input", "--verbosity=0"], env=environment, check=True)
        cluster = postgresql(folder, stack)
        codes = [measure(name, arguments, environment, folder, cluster) for name in wanted or MEASURES]
    return max(codes)


def postgresql(folder: Path, stack: ExitStack) -> Cluster | None:
    """A PostgreSQL for as long as *stack* lasts, if one is installed."""
    programs = find_postgresql()
    if programs is None:
        say("!!! NOT RUN !!! PostgreSQL: not installed here (apt install postgresql)")
        return None
    cluster = Cluster(folder / "postgresql", programs, "-c fsync=off -c synchronous_commit=off")
    cluster.start()
    stack.callback(cluster.stop, "immediate")
    return cluster


def measure(name: str, arguments: list[str], environment: dict[str, str], folder: Path, cluster: Cluster | None) -> int:
    """One measure, in a process of its own: its exit code."""
    say(f"\n── {name} ──")
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    if cluster and name not in {"weight", "readability", "desk"}:
        cluster.create(f"bench_{name}")
        cluster.create(f"bench_{name}_big")
        command += ["--postgres", cluster.url(f"bench_{name}")]
    sqlite = f"sqlite:///{folder / f'{name}.sqlite3'}"
    return subprocess.run(command, env=environment | {"DATABASE_URL": sqlite}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
