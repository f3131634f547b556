"""Measure the box that finds anybody, with as many people as a department has, on both engines."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

SAID = (
    "guerin",
    "moreau jeanne",
    "moreau commune 12",
    "commune 7",
    "06 39 98 12 34",
    "+33 6 39 98 12 34",
    "79-7KQ2-M4XW",
    "personne4321@courriel.example",
    "budget communal",
    "inconnu au bataillon",
)
"""What is typed; the last finds nothing."""
NAMES = ("Moreau", "Guérin", "Le Goff", "Martin", "D'Aubigné", "Roux", "Petit", "Durand", "Bernard", "Lefèvre")
FIRST = ("Jeanne", "Paul", "Anne-Laure", "Louis", "Zoé", "Marc", "Inès", "Hugo")


def load(officials: int, dossiers: int) -> None:
    """Fill an empty database: officials of 252 communes with a mandate each, dossiers, trainings."""
    from accounts.models import Commune, Mandate, User
    from accounts.models.finding import line_of
    from enrolment.models import Enrolment, State
    from tests import factories

    communes = [
        Commune(code=f"79{number:03}", name=f"Commune {number}", name_key=f"commune {number}", department="79")
        for number in range(1, 253)
    ]
    Commune.objects.bulk_create(communes)
    people = []
    for number in range(officials):
        person = User(
            birth_name=NAMES[number % 10],
            first_names=FIRST[number % 8],
            mobile=f"+336{39980000 + number:08}",
            email=f"personne{number}@courriel.example",
            city=communes[number % 252].name,
            postal_code="79000",
            nir_digest=f"{number:064}",
        )
        person.found_by = line_of(person)
        people.append(person)
    User.objects.bulk_create(people, 500)
    Mandate.objects.bulk_create(
        (
            Mandate(
                user=person, status="confirmed", function="Maire", commune=communes[number % 252],
                place_name=communes[number % 252].name, birth_name=person.birth_name, first_name=person.first_names,
            )
            for number, person in enumerate(people)
        ),
        500,
    )  # fmt: skip
    trainings = [factories.TrainingFactory(title=f"Le budget communal, cas {number}") for number in range(120)]
    sessions = [factories.SessionFactory(training=training, seats=100) for training in trainings for _ in range(3)]
    Enrolment.objects.bulk_create(
        (Enrolment(user=people[number % officials], session=sessions[number // officials * 120 + number % 120])
         for number in range(dossiers)),
        500,
    )  # fmt: skip
    Enrolment.objects.filter(pk=Enrolment.objects.order_by("pk").first().pk).update(
        reference="79-7KQ2-M4XW", state=State.CANCELLED
    )


def measure(rounds: int) -> list[dict[str, Any]]:
    """For each sentence: how much it finds, how many questions, the median and the 95th centile in ms."""
    from enrolment.people.asked import Asked
    from enrolment.people.finder import Finder
    from tests.factories import StaffFactory

    staff, today = StaffFactory(is_superuser=True), timezone.localdate()
    rows = []
    for said in SAID:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = sum(len(group.hits) for group in Finder(Asked.read(said), staff, today).groups())
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            Finder(Asked.read(said), staff, today).groups()
            times.append(1000 * (time.perf_counter() - start))
        times.sort()
        row = {"said": said, "found": found, "queries": len(asked), "median": statistics.median(times)}
        rows.append({**row, "p95": times[int(len(times) * 0.95)]})
    return rows


class Command(BaseCommand):
    """The parent starts one process an engine, on a database of its own, and prints what they measured."""

    help = "Mesure la case qui retrouve tout le monde."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--officials", type=int, default=5_000)
        parser.add_argument("--dossiers", type=int, default=8_000)
        parser.add_argument("--rounds", type=int, default=20)
        parser.add_argument("--postgres", metavar="URL", help="une base PostgreSQL vide, perdue à la fin")
        parser.add_argument("--measure", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["measure"]:
            call_command("migrate", verbosity=0)
            load(options["officials"], options["dossiers"])
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            self.stdout.write(json.dumps(measure(options["rounds"])))
            return
        with tempfile.TemporaryDirectory(prefix="adm79-bench-") as folder:
            engines = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
            if options["postgres"]:
                engines["PostgreSQL"] = options["postgres"]
            measured = {name: self._in_a_process(url, options) for name, url in engines.items()}
        self.stdout.write(f"\n{options['officials']} élus, {options['dossiers']} dossiers ; temps en ms.\n\n")
        line = "{:<32} {:<11} {:>9} {:>9} {:>9} {:>9}"
        self.stdout.write(line.format("saisi", "base", "trouvés", "requêtes", "médiane", "p95"))
        for engine, rows in measured.items():
            for row in rows:
                times = [f"{row[name]:.1f}" for name in ("median", "p95")]
                self.stdout.write(line.format(row["said"], engine, row["found"], row["queries"], *times))

    def _in_a_process(self, url: str, options: dict[str, Any]) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "tests.bench.finder", "--measure"]
        command += [f"--{name}={options[name]}" for name in ("officials", "dossiers", "rounds")]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    django.setup()
    Command().run_from_argv([sys.argv[0], "finder", *sys.argv[1:]])
