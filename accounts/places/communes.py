"""The communes of France: finding them by postal code or name, and reading the official list.

The list is in ``accounts/data/communes.csv.gz`` (source and licence in the README beside it); the command
``load_communes`` puts it into the database.
"""

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import Commune, FormerCommune, PostalCode
from core.text import as_number, normalise

DATA = Path(__file__).parent / "data" / "communes.csv.gz"
COLUMNS = ("code", "name", "department", "epci", "epci_name", "population", "postal_codes", "former_names")
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the official list."""

    code: str
    name: str
    department: str
    epci: str
    epci_name: str
    population: int
    postal_codes: tuple[str, ...]
    former_names: tuple[str, ...] = ()


def read_postal_code(text: str) -> str:
    """The five figures of a French postal code, as people write it (« 79 000 », « F-79000 »); empty if it is none."""
    found = re.fullmatch(r"(?:FR?[- ]*)?([0-9]{5})(?:[A-Z].*)?", re.sub(r"[\s.]", "", as_number(text)).upper())
    return found[1] if found else ""


def communes_for(postal_code: str) -> list[Commune]:
    """The communes that a postal code serves, by name; none for a code that does not exist."""
    code = read_postal_code(postal_code)
    return list(served_by(code).prefetch_related("former")) if code else []


def served_by(code: str) -> QuerySet[Commune]:
    """The same for five figures, without the names of old."""
    return Commune.objects.filter(postal_codes__code=code).order_by("name_key", "code")


def find(name_or_code: str, limit: int = 10, department: str = "79") -> list[Commune]:
    """Communes whose name begins so, or that a postal code beginning so serves; else the one with this COG code.

    A former commune leads to the one it is part of (``Commune.former_name`` says by which name). Those of
    *department* first, then the exact name, then the most peopled. Arrondissements and lands without a postal code
    are left out: nobody is to be found there by post.
    """
    key = normalise(name_or_code)
    if not key:
        return []
    reachable = Commune.objects.filter(Exists(PostalCode.objects.filter(commune=OuterRef("pk"))))
    if not key[0].isdigit():
        today = list(_ranked(reachable.filter(_begins("name_key", key)), key, department)[:limit])
        return _with_former(today, key, department)[:limit]
    served = reachable.filter(pk__in=PostalCode.objects.filter(_begins("code", key)).values("commune"))
    return list(_ranked(served, key, department)[:limit]) or list(reachable.filter(code=key.upper()))


def _with_former(found: list[Commune], key: str, department: str) -> list[Commune]:
    """*found*, and among them in their place those that took in a commune whose name begins with *key*."""
    near_first = Case(When(commune__department=department, then=Value(0)), default=Value(1))
    rows = FormerCommune.objects.filter(_begins("name_key", key)).select_related("commune")
    listed = {commune.pk for commune in found}
    ranks = {commune.pk: (commune.department != department, commune.name_key != key) for commune in found}
    for row in rows.order_by(near_first, "name_key", "commune")[:20]:
        if row.commune_id not in listed:
            listed.add(row.commune_id)
            row.commune.former_name = row.name
            ranks[row.commune_id] = (row.commune.department != department, row.name_key != key)
            found = [*found, row.commune]
    return sorted(found, key=lambda commune: (*ranks[commune.pk], -commune.population, commune.pk))


def _begins(field: str, key: str) -> Q:
    """Whose *field* begins with *key*; said as a range too on SQLite, which finds no LIKE in an index."""
    begins = Q(**{f"{field}__startswith": key})
    if connection.vendor != "sqlite":
        return begins
    return begins & Q(**{f"{field}__gte": key, f"{field}__lt": key[:-1] + chr(ord(key[-1]) + 1)})


def _ranked(communes: QuerySet[Commune], key: str, department: str) -> QuerySet[Commune]:
    exact_first = Case(When(name_key=key, then=Value(0)), default=Value(1))
    near_first = Case(When(department=department, then=Value(0)), default=Value(1))
    return communes.order_by(near_first, exact_first, "-population", "code")


def with_postal_codes(found: list[Commune]) -> list[tuple[Commune, str]]:
    """Each commune with the first of its postal codes, to tell namesakes apart; one query."""
    codes = PostalCode.objects.filter(commune__in=found).order_by("-code").values_list("commune_id", "code")
    first = dict(codes)
    return [(commune, first.get(commune.pk, "")) for commune in found]


def read(path: Path = DATA) -> Iterator[Entry]:
    """The lines of the compact file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            codes = tuple(row["postal_codes"].split())
            place = (row["code"], row["name"], row["department"], row["epci"], row["epci_name"])
            former = tuple(filter(None, row["former_names"].split("|")))
            yield Entry(*place, int(row["population"]), codes, former)


@transaction.atomic
def load(entries: Iterator[Entry]) -> tuple[int, int]:
    """Bring the tables in line with the list. Return how many communes and postal codes it holds.

    Safe to run again. A commune that has left the list (a merger) stays, because addresses and mandates
    point at it, but it loses its postal codes and is offered to nobody any more.
    """
    listed = list(entries)
    fields = ["name", "name_key", "department", "epci", "epci_name", "population"]
    communes = [
        Commune(e.code, e.name, normalise(e.name), e.department, e.epci, e.epci_name, e.population) for e in listed
    ]
    Commune.objects.bulk_create(communes, BATCH, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    wanted = {(code, e.code) for e in listed for code in e.postal_codes}
    known = {(code, commune): pk for pk, code, commune in PostalCode.objects.values_list("pk", "code", "commune_id")}
    gone = [pk for pair, pk in known.items() if pair not in wanted]
    for start in range(0, len(gone), BATCH):
        PostalCode.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    _load_former(listed)
    new = (PostalCode(code=code, commune_id=commune) for code, commune in sorted(wanted - known.keys()))
    PostalCode.objects.bulk_create(new, BATCH)
    _take_statistics()
    return len(communes), len(wanted)


def _take_statistics() -> None:
    """Tell PostgreSQL at once how full the tables are.

    Until its own autovacuum has seen them, it may still hold them for empty, and read all communes once for each: a
    search by the beginning of a postal code then took nine minutes.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Commune, PostalCode, FormerCommune):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _load_former(listed: list[Entry]) -> None:
    wanted = {(name, entry.code) for entry in listed for name in entry.former_names}
    known = {(name, commune): pk for pk, name, commune in FormerCommune.objects.values_list("pk", "name", "commune_id")}
    gone = [pk for pair, pk in known.items() if pair not in wanted]
    FormerCommune.objects.filter(pk__in=gone).delete()
    new = [
        FormerCommune(name=name, name_key=normalise(name), commune_id=code)
        for name, code in sorted(wanted - known.keys())
    ]
    FormerCommune.objects.bulk_create(new, BATCH)
