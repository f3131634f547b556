"""A copy of the database in one file, taken while the site works."""

import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import postgresql


class Command(BaseCommand):
    help = "Copie la base dans un fichier, sans arrêter le site. À garder loin de NIR_PEPPER et d'ENCRYPTION_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier à créer")

    def handle(self, *, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} existe déjà.")
        unfinished = file.with_name(f"{file.name}.unfinished")  # nobody takes half a copy for one
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        if connection.vendor == "postgresql":
            postgresql.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}")
        else:
            connection.ensure_connection()
            with closing(sqlite3.connect(unfinished)) as copy:
                connection.connection.backup(copy)
        unfinished.rename(file)
        self.stdout.write(f"{file} : {file.stat().st_size} octets.")
