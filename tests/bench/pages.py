"""How fast the pages are, against the least that a page could cost on the same server, in the same run.

One worker, one request at a time, page after page in turns: what a page costs, not how many cores there are. What
counts is the time from question to answer, the database's included, and the processor time of the worker alone, from
the kernel, which means something beside other loads too. Each round compares its pages with its own floor; the table
has the medians of times and of ratios.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path

FLOORS = {"connecté": "/bench/connecte/", "public": "/bench/anonyme/"}
GOALS = {
    "connecté : étape": 2.5,
    "connecté : formation": 2.5,
    "connecté : droits": 2.5,
    "connecté : dossiers": 3,
    "connecté : accueil": 3,
    "connecté : recherche": 4,
    "connecté : recherche, mots et lieu": 4,
    "public : accueil": 6,
    "public : formation": 6,
}
"""At most so many times the floor."""
SECONDS = 90
"""An engine is measured for so long at most, whatever else the machine does."""


@dataclass
class Measure:
    """One page in one round: seconds and processor seconds a request."""

    page: str
    wall: float
    cpu: float


def processor_time(pid: int) -> float:
    """Seconds of processor that all threads of a process have used."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def run(site, made, pages: dict[str, str], rounds: int, burst: int, seconds: float = SECONDS) -> list[list[Measure]]:
    """Ask for every page, *burst* times in each of the *rounds*, or of as many as begin within *seconds*."""
    from django.conf import settings

    from tests.bench import world

    (worker,) = site.workers()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    measured: list[list[Measure]] = []
    end = time.monotonic() + seconds
    while len(measured) < rounds and (not measured or time.monotonic() < end):
        measures = []
        for name, path in pages.items():
            headers = {"Host": f"localhost:{site.port}"}
            if name.startswith("connecté"):
                session, secret = world.key_for(made, name), "a" * 32  # both are there since the login's form
                headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={secret}"
            before, began = processor_time(worker), time.perf_counter()
            for _ in range(burst):
                connection.request("GET", path, headers=headers)
                response = connection.getresponse()
                response.read()
                assert response.status == 200, (name, path, response.status)
            wall = (time.perf_counter() - began) / burst
            measures.append(Measure(name, wall, (processor_time(worker) - before) / burst))
        measured.append(measures)
    return measured


def measure(rounds: int, burst: int) -> None:
    """Fill the database of DATABASE_URL, serve it, and write the measures as JSON."""
    here = {name: os.environ[name] for name in ("DATABASE_URL", "STATIC_ROOT")}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import world
    from tests.operation.production import Site, eventually

    call_command("migrate", verbosity=0)
    made = world.make()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    pages = {f"connecté : {name}": path for name, path in made.pages.items()}
    pages |= {f"public : {name}": path for name, path in made.public.items() if name in {"accueil", "formation"}}
    pages = {f"{who} : (plancher)": path for who, path in FLOORS.items()} | pages
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), **here, WORKERS="1", DJANGO_SETTINGS_MODULE="tests.bench.settings")
        with site.running():
            eventually(lambda: len(site.workers()) == 1)
            run(site, made, pages, 1, 10)
            measured = run(site, made, pages, rounds, burst)
            sys.stdout.write(json.dumps([[asdict(each) for each in measures] for measures in measured]))


def table(engines: dict[str, list[list[Measure]]]) -> None:
    """Print what was measured."""
    heads = f"{'req/s':>7} {'ms':>7} {'÷ plancher':>11} {'ms proc.':>9} {'÷ plancher':>11} {'but':>5}"
    sys.stdout.write(f"{'page':<36} {'base':<11} {heads}\n")
    for engine, rounds in engines.items():
        by_page = [{each.page: each for each in measures} for measures in rounds]
        for page in by_page[0]:
            floor = f"{page.partition(' :')[0]} : (plancher)"
            wall = statistics.median(each[page].wall for each in by_page)
            cpu = statistics.median(each[page].cpu for each in by_page)
            slower = statistics.median(each[page].wall / each[floor].wall for each in by_page)
            dearer = statistics.median(each[page].cpu / each[floor].cpu for each in by_page)
            goal = GOALS.get(page)
            told = f"{goal:>5}" + ("" if max(slower, dearer) <= goal else "  manqué") if goal else ""
            figures = f"{1 / wall:>7.0f} {wall * 1e3:>7.2f} {slower:>11.2f} {cpu * 1e3:>9.2f} {dearer:>11.2f}"
            sys.stdout.write(f"{page:<36} {engine:<11} {figures} {told}\n")
        sys.stdout.write(f"{engine} : {len(rounds)} tours.\n")


def main() -> int:
    """Start one process an engine, print what they measured."""
    parser = ArgumentParser(prog="make bench ARGS=pages")
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--burst", type=int, default=10, help="requests of a page in a row")
    parser.add_argument("--measure", action="store_true", help="measure the database of DATABASE_URL, write JSON")
    options = parser.parse_args()
    if options.measure:
        measure(options.rounds, options.burst)
        return 0
    engines = {"SQLite": os.environ["DATABASE_URL"]}
    if options.postgres:
        engines["PostgreSQL"] = options.postgres
    command = [sys.executable, "-m", "tests.bench.pages", "--measure"]
    command += [f"--rounds={options.rounds}", f"--burst={options.burst}"]
    measured = {}
    for name, url in engines.items():
        done = subprocess.run(
            command, env=os.environ | {"DATABASE_URL": url}, check=True, stdout=subprocess.PIPE, text=True
        )
        rounds = json.loads(done.stdout.splitlines()[-1])
        measured[name] = [[Measure(**each) for each in measures] for measures in rounds]
    table(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
