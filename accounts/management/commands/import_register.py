"""``manage.py import_register elus-conseillers-municipaux-cm.csv``: the register of officials, from its file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.mandates.register.importer import DEPARTMENTS, import_register
from accounts.mandates.register.reader import RegisterError


class Command(BaseCommand):
    help = (
        "Met les mandats à jour d'après un fichier CSV du répertoire national des élus (data.gouv.fr). "
        "Peut être relancée : le même fichier deux fois ne change rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV du répertoire")
        parser.add_argument("--department", nargs="+", default=DEPARTMENTS, help="départements repris (79 par défaut)")
        parser.add_argument("--all", action="store_true", help="toute la France")
        parser.add_argument(
            "--end-many", action="store_true", help="accepter que plus de la moitié des mandats connus prennent fin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        departments = None if options["all"] else options["department"]
        try:
            with options["file"].open("rb") as file:
                report = import_register(
                    file, today=timezone.localdate(), departments=departments, end_many=options["end_many"]
                )
        except OSError as error:
            raise CommandError(f"Le fichier {options['file']} ne peut pas être lu.") from error
        except RegisterError as error:
            raise CommandError(str(error)) from error
        for sentence in report.sentences():
            self.stdout.write(sentence)
        for line, reason in report.examples:
            self.stderr.write(f"ligne {line} : {reason}")
