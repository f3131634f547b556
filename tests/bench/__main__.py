"""``make bench``: the search on a big catalogue, on SQLite and on a PostgreSQL of its own, set up as in production.

Arguments are handed on to ``tests.bench.search`` (``--trainings 5000 --rounds 5`` for a first look).
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from config.serve.cluster import find_postgresql
from tests.run import postgresql, say


def main() -> int:
    """Run the measures; their exit code."""
    from tests.settings import ENVIRONMENT

    environment = {**os.environ, **ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ExitStack() as stack:
        environment["STATIC_ROOT"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="adm79-static-"))
        command = [sys.executable, "-m", "tests.bench.search", *sys.argv[1:]]
        if programs := find_postgresql():
            # The cluster's own first database is empty, and is lost with it.
            command += ["--postgres", stack.enter_context(postgresql(programs)).removesuffix("adm79") + "postgres"]
        else:
            say("!!! NOT RUN !!! PostgreSQL: not installed here (apt install postgresql)")
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(collect, env=environment, check=True)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
