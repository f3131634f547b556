"""What a hundred times the data costs: each page of an official, of everybody, and each list of the admin.

Two databases are filled in turn, the second with a hundred times the officials, trainings, sessions and dossiers of the
first, in which every list already has a full page. What counts is processor time, the site's and PostgreSQL's own, the
least of some rounds: what a page costs when nothing else disturbs it. At most ``MOST`` times as much.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

MOST = 1.5
SMALL = {"officials": 300, "trainings": 200, "sessions": 300, "dossiers": 300}
TIMES = 100


def measure(times: int, rounds: int) -> dict[str, float]:
    """Fill the database of DATABASE_URL; milliseconds a page."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from accounts.models import User
    from tests.bench import desk, world
    from tests.factories import StaffFactory

    settings.STAFF_OTP_REQUIRED = False  # nobody is there to type a code
    call_command("migrate", verbosity=0)
    made = world.make()
    desk.fill(**{name: number * times for name, number in SMALL.items()})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    staff = StaffFactory(is_superuser=True)
    someone = User.objects.filter(is_staff=False, enrolments__isnull=False).latest("pk")
    asked = {f"public : {name}": (path, "") for name, path in made.public.items() if name != "créer un compte"}
    asked |= {f"élu : {name}": (path, world.key_for(made, name)) for name, path in made.pages.items()}
    asked |= {f"ADM79 : {name.removesuffix(' *')}": (path, world.log_in(staff)) for name, path in desk.pages().items()}
    asked |= {"ADM79 : une personne": (f"/admin/accounts/user/{someone.pk}/change/", world.log_in(staff))}
    return {name: best(Client(), *each, rounds) for name, each in asked.items()}


def best(client, path: str, key: str, rounds: int) -> float:
    """The least processor time that a page took, in milliseconds."""
    from django.conf import settings

    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    times = []
    for _ in range(rounds + 1):
        begun = spent()
        response = client.get(path, secure=True)
        times.append((spent() - begun) * 1000)
        assert response.status_code == 200, (path, response.status_code)
    return min(times[1:])


def spent() -> float:
    """Seconds of processor that this process has used, and the one of PostgreSQL that serves it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time()
    connection.ensure_connection()
    served_by = connection.connection.info.backend_pid
    server = int(Path(f"/proc/{served_by}/schedstat").read_text().split()[0]) / 1e9
    return time.process_time() + server


def table(engine: str, small: dict[str, float], big: dict[str, float]) -> None:
    """Print both and their ratio, the pages that grow most first."""
    sys.stdout.write(f"\n{'page':<56} {engine:<11} {'ms':>7} {f'ms × {TIMES}':>9} {'ratio':>6}\n")
    for name in sorted(small, key=lambda name: small[name] / big[name]):
        ratio = big[name] / small[name]
        mark = "  TROP" if ratio > MOST else ""
        sys.stdout.write(f"{name:<56} {engine:<11} {small[name]:>7.1f} {big[name]:>9.1f} {ratio:>6.2f}{mark}\n")


def main() -> int:
    """One process a database, then the table of each engine."""
    parser = ArgumentParser(prog="make bench ARGS=growth", description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database; another, *_big, beside it")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--measure", type=int, metavar="TIMES", help="measure the database of DATABASE_URL, write JSON")
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(json.dumps(measure(options.measure, options.rounds)))
        return 0
    engines = {"SQLite": os.environ["DATABASE_URL"]} | ({"PostgreSQL": options.postgres} if options.postgres else {})
    for engine, database in engines.items():
        found = []
        for url, times in ((database, 1), (f"{database}_big", TIMES)):
            command = [sys.executable, "-m", "tests.bench.growth", f"--measure={times}", f"--rounds={options.rounds}"]
            environment = os.environ | {"DATABASE_URL": url}
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
        table(engine, *found)
    sys.stdout.write(
        f"{', '.join(f'{number} {name}' for name, number in SMALL.items())}, puis × {TIMES}. But : au plus × {MOST}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
