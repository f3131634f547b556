"""Measure the search on a big catalogue, SQLite and PostgreSQL side by side."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

TARGET = 3
"""The whole response takes at most so many times the bare SQL."""


class Command(BaseCommand):
    """The parent starts one process an engine, on a database of its own, and prints what they measured."""

    help = "Mesure la recherche sur un grand catalogue, dans des bases faites pour cela."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--trainings", type=int, default=100_000, help="combien de formations")
        parser.add_argument("--rounds", type=int, default=30, help="combien de fois chaque recherche")
        parser.add_argument("--postgres", metavar="URL", help="une base PostgreSQL vide, perdue à la fin")
        parser.add_argument(
            "--measure", action="store_true", help="mesure la base de DATABASE_URL, vide, et écrit du JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["measure"]:
            call_command("migrate", verbosity=0)
            from tests.bench import catalogue

            catalogue.load(options["trainings"], timezone.localdate())
            self.stdout.write(json.dumps(catalogue.measure(timezone.localdate(), options["rounds"])))
            return
        with tempfile.TemporaryDirectory(prefix="adm79-bench-") as folder:
            engines = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
            if options["postgres"]:
                engines["PostgreSQL"] = options["postgres"]
            else:
                self.stderr.write("PostgreSQL n'est pas mesuré : donnez --postgres URL.")
            measured = {name: self._in_a_process(url, options) for name, url in engines.items()}
        self._print(measured, options)

    def _in_a_process(self, url: str, options: dict[str, Any]) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "tests.bench.search", "--measure"]
        command += [f"--trainings={options['trainings']}", f"--rounds={options['rounds']}"]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout.splitlines()[-1])

    def _print(self, measured: dict[str, list[dict[str, Any]]], options: dict[str, Any]) -> None:
        self.stdout.write(
            f"\nRecherche parmi {options['trainings']} formations ; temps en ms, {options['rounds']} fois."
        )
        self.stdout.write("SQL nu : écrit à la main pour les mêmes lignes. × : réponse entière / SQL nu.\n\n")
        line = "{:<34} {:<11} {:>7} {:>8} {:>8} {:>9} {:>9} {:>9} {:>6}"
        heads = ("recherche", "base", "trouvées", "requêtes", "SQL nu", "SQL page", "médiane", "p95", "×")
        self.stdout.write(line.format(*heads))
        for rows in zip(*measured.values(), strict=True):
            for engine, row in zip(measured, rows, strict=True):
                times = [f"{row[name]:.1f}" for name in ("bare", "sql", "median", "p95")]
                ratio = f"{row['median'] / row['bare']:.1f}"
                self.stdout.write(line.format(row["search"], engine, row["found"], row["queries"], *times, ratio))
        for engine, rows in measured.items():
            whole, bare = (sum(row[name] for row in rows) for name in ("median", "bare"))
            said = "atteint" if whole <= TARGET * bare else "manqué"
            self.stdout.write(f"{engine} : ensemble × {whole / bare:.2f} (but : au plus × {TARGET}, {said}).")


if __name__ == "__main__":
    django.setup()
    Command().run_from_argv([sys.argv[0], "search", *sys.argv[1:]])
