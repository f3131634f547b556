"""Put a copy made by ``backup`` into an empty database."""

import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import postgresql


class Command(BaseCommand):
    help = "Remet dans une base vide la copie faite par « backup ». Puis : manage.py migrate, manage.py check_health."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier fait par « backup »")

    def handle(self, *, file: Path, **options: Any) -> None:
        if not file.exists():
            raise CommandError(f"{file} n'existe pas.")
        if connection.introspection.table_names():
            raise CommandError("La base n'est pas vide : donnez-en une autre par DATABASE_URL. Rien n'a été changé.")
        if connection.vendor == "postgresql":
            postgresql.run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(file))
        else:
            with closing(sqlite3.connect(file)) as copy:
                copy.backup(connection.connection)
        self.stdout.write("La base est remise.")
