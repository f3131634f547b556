"""What a hundred times the data costs: each page of an official, of everybody, and each list of the admin.

Two databases are filled in turn, the second with a hundred times the officials, trainings, sessions and dossiers of the
first, in which every list already has a full page; then both are asked in turns. What counts is processor time, the
site's and PostgreSQL's own, the least of some rounds: what a page costs when nothing else disturbs it. At most ``MOST``
times as much.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path

MOST = 1.5
SMALL = {"officials": 300, "trainings": 200, "sessions": 300, "dossiers": 300}
TIMES = 100


def answer(times: int) -> None:
    """Fill the database of DATABASE_URL, write the names of the pages, then the milliseconds of each page asked for."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from accounts.models import User
    from core import statistics
    from tests.bench import desk, world
    from tests.factories import StaffFactory

    settings.STAFF_OTP_REQUIRED = False  # nobody is there to type a code
    call_command("migrate", verbosity=0)
    made = world.make()
    desk.fill(**{name: number * times for name, number in SMALL.items()})
    statistics.take()  # as the timer does on SQLite, and PostgreSQL by itself
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    staff = world.log_in(StaffFactory(is_superuser=True))
    someone = User.objects.filter(is_staff=False, enrolments__isnull=False).latest("pk")
    asked = {f"public : {name}": (path, "") for name, path in made.public.items() if name != "créer un compte"}
    asked |= {f"élu : {name}": (path, world.key_for(made, name)) for name, path in made.pages.items()}
    asked |= {f"ADM79 : {name.removesuffix(' *')}": (path, staff) for name, path in desk.pages().items()}
    asked |= {"ADM79 : une personne": (f"/admin/accounts/user/{someone.pk}/change/", staff)}
    client = Client()
    sys.stdout.write(json.dumps(list(asked)) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{cost(client, *asked[line.strip()])}\n")
        sys.stdout.flush()


def cost(client, path: str, key: str) -> float:
    """The processor time of one page, in milliseconds."""
    from django.conf import settings

    client.cookies.clear()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    begun = spent()
    response = client.get(path, secure=True)
    took = (spent() - begun) * 1000
    assert response.status_code == 200, (path, response.status_code)
    return took


def spent() -> float:
    """Seconds of processor that this process has used, and the one of PostgreSQL that serves it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time()
    connection.ensure_connection()
    served_by = connection.connection.info.backend_pid
    server = int(Path(f"/proc/{served_by}/schedstat").read_text().split()[0]) / 1e9
    return time.process_time() + server


class Site:
    """A process that answers from a database of its own, so many times as big."""

    def __init__(self, database: str, times: int) -> None:
        command = [sys.executable, "-m", "tests.bench.growth", f"--answer={times}"]
        environment = os.environ | {"DATABASE_URL": database}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, env=environment, text=True, **pipes)
        self.pages: list[str] = json.loads(self._line())

    def _line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the site of {self.process.args} has ended")
        return line

    def cost(self, page: str) -> float:
        """Milliseconds of processor that *page* takes."""
        self.process.stdin.write(f"{page}\n")
        self.process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def compare(database: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Of each page, the least cost in the small database and in the big one, asked in turns: load strikes both."""
    found = {}
    with closing(Site(database, 1)) as small, closing(Site(f"{database}_big", TIMES)) as big:
        for page in small.pages:
            costs = [(small.cost(page), big.cost(page)) for _ in range(rounds + 1)][1:]
            found[page] = (min(cost for cost, _ in costs), min(cost for _, cost in costs))
    return found


def table(engine: str, found: dict[str, tuple[float, float]]) -> None:
    """Print both costs and their ratio, the pages that grow most first."""
    sys.stdout.write(f"\n{'page':<56} {engine:<11} {'ms':>7} {f'ms × {TIMES}':>9} {'ratio':>6}\n")
    for name, (small, big) in sorted(found.items(), key=lambda each: each[1][0] / each[1][1]):
        mark = "  TROP" if big / small > MOST else ""
        sys.stdout.write(f"{name:<56} {engine:<11} {small:>7.1f} {big:>9.1f} {big / small:>6.2f}{mark}\n")


def main() -> int:
    """The table of each engine."""
    parser = ArgumentParser(prog="make bench ARGS=growth", description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database; another, *_big, beside it")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--answer", type=int, metavar="TIMES", help="answer from the database of DATABASE_URL")
    options = parser.parse_args()
    if options.answer:
        answer(options.answer)
        return 0
    engines = {"SQLite": os.environ["DATABASE_URL"]} | ({"PostgreSQL": options.postgres} if options.postgres else {})
    for engine, database in engines.items():
        table(engine, compare(database, options.rounds))
    sys.stdout.write(
        f"{', '.join(f'{number} {name}' for name, number in SMALL.items())}, puis × {TIMES}. But : au plus × {MOST}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
