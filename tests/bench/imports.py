"""How long a file of trainings takes to be read and written, and how long somebody else's write waits meanwhile."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from tests.bench.growth import spent

PAUSE = 0.05
"""Seconds between two writes of the other person."""


def file_of(rows: int) -> bytes:
    """So many lines: a new training every second line, a session in each."""
    from catalogue.imports.columns import TrainingColumns
    from core import spreadsheets
    from tests import factories

    place, body, subject = factories.PlaceFactory(), factories.TrainingBodyFactory(), factories.SubjectFactory()
    told = {
        "état": "brouillon", "organisme": body.name, "thème": subject.name, "durée (heures)": "6",
        "durée (jours)": "1", "prix": "420,00", "résumé": "En un jour. " * 10, "objectifs": "Savoir faire. " * 30,
        "programme": "Le matin, l'après-midi. " * 40, "lieu": str(place), "places": "12",
    }  # fmt: skip
    first = timezone.localdate() + timedelta(days=60)
    headers = TrainingColumns().every_column
    lines = []
    for number in range(rows):
        row = {
            **told,
            "référence": f"formation-{number // 2}",
            "titre": f"Le budget communal, cas {number // 2}",
            "premier jour": f"{first + timedelta(days=7 * (number % 40)):%d/%m/%Y}",
        }
        lines.append([row.get(header, "") for header in headers])
    return spreadsheets.write("csv", headers, lines)


class SomebodyElse(threading.Thread):
    """Writes a row of their own again and again; ``waits``: seconds that each write took."""

    def __init__(self) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        from core.models import StepCount

        day = timezone.localdate()
        while not self.stop.wait(PAUSE):
            begun = time.perf_counter()
            try:
                StepCount.objects.update_or_create(path="bench", step="x", day=day, defaults={"times": 1})
            except django.db.OperationalError:
                self.waits.append(float("inf"))
            else:
                self.waits.append(time.perf_counter() - begun)
        close_old_connections()
        connection.close()


def beside(act: Callable[[], Any]) -> dict[str, float]:
    """Seconds that *act* takes, its processor time, and the longest that a write beside it waits."""
    other = SomebodyElse()
    other.start()
    begun, worked = time.perf_counter(), spent()
    try:
        act()
    finally:
        took, worked = time.perf_counter() - begun, spent() - worked
        other.stop.set()
        other.join()
    waits = other.waits or [0.0]
    return {
        "took": took,
        "worked": worked,
        "longest": max(waits),
        "median": statistics.median(waits),
        "writes": len(waits),
    }


def measure(rows: int) -> dict[str, dict[str, float]]:
    """The reading, the writing, and the reading of the same file once more, which changes nothing."""
    from catalogue.admin.imports import TrainingImport
    from core.long_tasks import Given
    from tests.factories import StaffFactory

    given = Given(file_of(rows), {}, StaffFactory(is_superuser=True))
    work = TrainingImport()
    acts = {"lue": work.look, "écrite": work.write, "relue, sans changement": work.look}
    return {name: beside(lambda act=act: act(given)) for name, act in acts.items()}


class Command(BaseCommand):
    """The parent starts one process an engine, on a database of its own, and prints what they measured."""

    help = "Mesure l'import d'un grand fichier de formations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=5_000)
        parser.add_argument("--postgres", metavar="URL", help="une base PostgreSQL vide, perdue à la fin")
        parser.add_argument("--measure", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["measure"]:
            call_command("migrate", verbosity=0)
            self.stdout.write(json.dumps(measure(options["rows"])))
            return
        with tempfile.TemporaryDirectory(prefix="adm79-bench-") as folder:
            engines = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
            if options["postgres"]:
                engines["PostgreSQL"] = options["postgres"]
            measured = {name: self._in_a_process(url, options) for name, url in engines.items()}
        self.stdout.write(f"\nUn fichier de {options['rows']} lignes ; temps en secondes.\n\n")
        line = "{:<24} {:<11} {:>8} {:>11} {:>22} {:>9}"
        heads = ("le fichier est", "base", "durée", "processeur", "la plus longue attente", "écrits")
        self.stdout.write(line.format(*heads))
        for engine, acts in measured.items():
            for name, row in acts.items():
                times = (f"{row['took']:.1f}", f"{row['worked']:.1f}", f"{row['longest']:.2f}")
                self.stdout.write(line.format(name, engine, *times, row["writes"]))

    def _in_a_process(self, url: str, options: dict[str, Any]) -> dict[str, dict[str, float]]:
        command = [sys.executable, "-m", "tests.bench.imports", "--measure", f"--rows={options['rows']}"]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
        return found


if __name__ == "__main__":
    django.setup()
    Command().run_from_argv([sys.argv[0], "imports", *sys.argv[1:]])
