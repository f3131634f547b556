"""Load the communes of France with their postal codes, or rebuild the file they are loaded from."""

import csv
import gzip
import io
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.places import communes


class Command(BaseCommand):
    """Idempotent: a second run changes nothing."""

    help = "Charge les communes de France et leurs codes postaux (source : accounts/data/README.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from-package",
            type=Path,
            metavar="DOSSIER",
            help="refait d'abord le fichier compact depuis le paquet npm @etalab/decoupage-administratif déballé",
        )

    def handle(self, *args: Any, from_package: Path | None = None, **options: Any) -> None:
        if from_package:
            communes.DATA.write_bytes(compact(from_package / "data"))
        loaded, codes = communes.load(communes.read())
        self.stdout.write(f"{loaded} communes et arrondissements, {codes} codes postaux chargés.")


def compact(folder: Path) -> bytes:
    """The compact file made from the package's JSON files; the same bytes for the same package."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(communes.COLUMNS)
    writer.writerows(rows(folder))
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0, filename="") as packed:
        packed.write(text.getvalue().encode())
    return buffer.getvalue()


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One row a commune, overseas ones included, by COG code.

    The arrondissements of Paris, Lyon and Marseille are kept because people are born there (COG of the
    birthplace), without their postal codes, which their commune has already: nobody's address is « Paris 12e ».
    """
    epcis = {
        member["code"]: (epci["code"], epci["nom"])
        for epci in json.loads((folder / "epci.json").read_text())
        for member in epci["membres"]
    }
    listed = json.loads((folder / "communes.json").read_text())
    former: dict[str, set[str]] = {}
    for part in listed:
        if part["type"] in {"commune-deleguee", "commune-associee"}:
            former.setdefault(part.get("chefLieu", ""), set()).add(part["nom"])
    for commune in sorted(listed, key=lambda commune: (commune["code"], commune["type"])):
        if commune["type"] not in {"commune-actuelle", "arrondissement-municipal"}:
            continue
        epci, epci_name = epcis.get(commune.get("commune", commune["code"]), ("", ""))
        codes = commune.get("codesPostaux", []) if commune["type"] == "commune-actuelle" else []
        department = commune["departement"]
        population = str(commune.get("population", 0))
        names = former.get(commune["code"], set()) - {commune["nom"]}
        place = (commune["code"], commune["nom"], department, epci, epci_name)
        yield (*place, population, " ".join(sorted(codes)), "|".join(sorted(names)))
