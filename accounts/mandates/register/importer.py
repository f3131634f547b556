"""Bringing the mandates in line with the register: repeatable, in flat memory, with a report.

What staff entered or corrected is left alone, and so is whom a mandate belongs to: only what the register says
of it follows the register. The same file twice changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from accounts.mandates import recognition
from accounts.mandates.register.reader import Entry, LineError, Register, open_register
from accounts.models import Commune, Mandate, User

DEPARTMENTS = ("79",)
"""The Deux-Sèvres: those whom ADM79 trains."""

BATCH = 2000
PLURALS = {
    Mandate.Kind.MUNICIPAL: "municipaux",
    Mandate.Kind.EPCI: "communautaires",
    Mandate.Kind.DEPARTMENTAL: "départementaux",
    Mandate.Kind.REGIONAL: "régionaux",
}
EXAMPLES = 200
SHOWN_OF_EACH = 10
"""Examples of new, changed and ended mandates that are shown."""
FIELDS = (
    "birth_name",
    "first_name",
    "name_key",
    "sex",
    "birth_date",
    "function",
    "kind",
    "department",
    "commune_id",
    "place_name",
    "start",
    "end",
)
"""What the register says of a mandate, and an import changes."""


@dataclass
class Report:
    """What an import did, or would do.

    ``refused`` counts the lines by reason; ``examples`` are the first of (line, reason).
    ``changes`` are the first of (what happens, to whom); ``unknown_communes`` counts the lines by a commune that the
    official list does not have: such a mandate is kept with the name alone.
    """

    kind: str = ""
    read: int = 0
    elsewhere: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    kept_as_corrected: int = 0
    matched: int = 0
    ends_withheld: int = 0
    unknown_communes: Counter[str] = field(default_factory=Counter)
    changes: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        """Count a line that could not be taken."""
        self.refused[reason.split(" : ", maxsplit=1)[0]] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((line, reason))

    def show(self, what: str, who: str) -> None:
        """Keep the first few examples of each thing that happens."""
        if sum(kept == what for kept, _ in self.changes) < SHOWN_OF_EACH:
            self.changes.append((what, who))

    def sentences(self) -> list[str]:
        """The report in words, for the command and the admin."""
        said = [
            f"Mandats {PLURALS[Mandate.Kind(self.kind)]}, lignes lues : {self.read}"
            + (f", dont {self.elsewhere} d'autres départements." if self.elsewhere else "."),
            f"Ajoutés : {self.added}. Modifiés : {self.changed}.",
            f"Terminés : {self.ended}. Inchangés : {self.unchanged}.",
        ]
        if self.kept_as_corrected:
            said.append(f"Corrigés par l'ADM79, laissés tels quels : {self.kept_as_corrected}.")
        if self.matched:
            said.append(f"Rapprochés de comptes existants : {self.matched}.")
        if self.ends_withheld:
            said.append(
                f"{self.ends_withheld} mandats ne figurent plus dans ce fichier : trop pour être terminés sans "
                "votre accord. Vérifiez que le fichier est complet, puis recommencez en acceptant ces fins de mandat."
            )
        if self.unknown_communes:
            names = ", ".join(f"{name} ({count})" for name, count in self.unknown_communes.most_common(20))
            said.append(f"Communes inconnues de la liste officielle, gardées par leur nom : {names}.")
        said += [f"Lignes refusées ({reason}) : {count}." for reason, count in self.refused.most_common()]
        return said


class Seen:
    """Which rows of the table this import has met: one bit a row, whatever the size of the file."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, pk: int) -> None:
        """Remember a row."""
        index = pk >> 3
        if index >= len(self._bits):
            self._bits.extend(bytes(index + 1 - len(self._bits)))
        self._bits[index] |= 1 << (pk & 7)

    def __contains__(self, pk: int) -> bool:
        index = pk >> 3
        return index < len(self._bits) and bool(self._bits[index] >> (pk & 7) & 1)


def import_register(
    file: BinaryIO,
    *,
    today: date,
    departments: Collection[str] | None = DEPARTMENTS,
    end_many: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Report:
    """Bring the mandates of *departments* (None: all of France) in line with a file of the register.

    Mandates that have left the file end *today*, unless they are more than half of those known, as when a download
    was cut short: then only with *end_many*. With *dry_run* nothing is written and the report says what would be.
    *progress* is told how many lines were read. Raises ``reader.RegisterError`` when the file is something else.
    """
    with open_register(file) as register:
        return _Import(register, today, departments, dry_run=dry_run, progress=progress).run(end_many=end_many)


class _Import:
    """One run: the file, what it has met, and what it did."""

    def __init__(
        self,
        register: Register,
        today: date,
        departments: Collection[str] | None,
        *,
        dry_run: bool,
        progress: Callable[[int], None],
    ) -> None:
        self.register = register
        self.dry_run = dry_run
        self.progress = progress
        self.today = today
        self.wanted = None if departments is None else frozenset(departments)
        self.report = Report(kind=self.register.kind)
        self.seen = Seen()
        self.would_add: set[str] = set()
        self.departments: set[str] = set()
        self.doubtful: set[str] = set()
        self.holders: set[UUID] = set()
        """Accounts of which a mandate has changed or ended."""

    def run(self, *, end_many: bool) -> Report:
        for batch in batched(self._entries(), BATCH):
            with transaction.atomic():
                self._bring_in(batch)
            self.progress(self.report.read)
        if self.register.is_complete:
            self._end_what_left(end_many=end_many)
        if self.dry_run:
            return self.report
        for holder in User.objects.filter(pk__in=self.holders).order_by("pk"):
            recognition.mandate_changed.send(Mandate, user=holder)
        if self.report.added or self.report.changed:
            self.report.matched = _match_accounts()
        return self.report

    def _entries(self) -> Iterable[tuple[int, str, Entry]]:
        for number, department, row in self.register.lines():
            self.report.read += 1
            if self.wanted is not None and department not in self.wanted:
                self.report.elsewhere += 1
                continue
            try:
                entry = self.register.entry(department, row, self.today)
            except LineError as error:
                self.report.refuse(number, str(error))
                self.doubtful.add(error.name_key)
                continue
            self.departments.add(department)
            yield number, entry.key, entry

    def _bring_in(self, batch: tuple[tuple[int, str, Entry], ...]) -> None:
        keys = {key for _, key, _ in batch}
        known = {row.source_key: row for row in Mandate.objects.filter(source_key__in=keys)}
        codes = {entry.commune_code for _, _, entry in batch}
        communes = set(Commune.objects.filter(pk__in=codes).values_list("pk", flat=True))
        taken: set[str] = set()
        to_write = []
        for number, key, entry in batch:
            row = known.get(key)
            if key in taken or key in self.would_add or (row and row.pk in self.seen):
                self.report.refuse(number, "ligne en double")
                continue
            taken.add(key)
            if row:
                self.seen.add(row.pk)
            if entry.commune_code and entry.commune_code not in communes:
                self.report.unknown_communes[entry.place_name or entry.commune_code] += 1
            if written := self._written(row, entry, communes):
                self._note_holders(row.user_id if row else None)
                self.report.show("modifié" if row else "nouveau", _who(entry))
                to_write.append(Mandate(source_key=key, source=Mandate.Source.REGISTER, **written))
        self._write(to_write)

    def _written(self, row: Mandate | None, entry: Entry, communes: set[str]) -> dict[str, object] | None:
        """What to write for an entry; None when nothing changes. Counts it."""
        values = {name: getattr(entry, name, None) for name in FIELDS}
        values["commune_id"] = entry.commune_code if entry.commune_code in communes else None
        if row is None:
            self.report.added += 1
        elif row.source == Mandate.Source.STAFF:
            self.report.kept_as_corrected += 1
            return None
        elif self._says_nothing_new(row, values):
            self.report.unchanged += 1
            return None
        else:
            self.report.changed += 1
        return values

    def _says_nothing_new(self, row: Mandate, values: dict[str, object]) -> bool:
        """Whether a row already holds these values; of a file of mayors, only the function counts."""
        names = FIELDS if self.register.is_complete else ("function", "end")
        return all(getattr(row, name) == values[name] for name in names)

    def _write(self, rows: list[Mandate]) -> None:
        if self.dry_run:
            self.would_add |= {row.source_key for row in rows if row.source_key}
            return
        Mandate.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source_key"],
            update_fields=[name.removesuffix("_id") for name in FIELDS],
        )
        for row in rows:
            self.seen.add(row.pk)

    def _end_what_left(self, *, end_many: bool) -> None:
        """End the mandates that the file no longer has; a line that was refused ends nobody's mandate."""
        running = Mandate.objects.filter(
            source=Mandate.Source.REGISTER, kind=self.register.kind, department__in=self.departments, end=None
        )
        rows = running.values_list("pk", "name_key").iterator()
        gone = [pk for pk, name_key in rows if pk not in self.seen and name_key not in self.doubtful]
        for mandate in Mandate.objects.filter(pk__in=gone[:SHOWN_OF_EACH]).order_by("name_key", "pk"):
            self.report.show("terminé", _who(mandate))
        known_before = running.count() - (0 if self.dry_run else self.report.added)
        if len(gone) * 2 > known_before and not end_many:
            self.report.ends_withheld = len(gone)
            return
        if self.dry_run:
            self.report.ended = len(gone)
            return
        for pks in batched(gone, BATCH):
            ending = Mandate.objects.filter(pk__in=pks)
            self._note_holders(*ending.values_list("user_id", flat=True))
            self.report.ended += ending.update(end=self.today)

    def _note_holders(self, *holders: UUID | None) -> None:
        self.holders.update(holder for holder in holders if holder)


def _who(mandate: Entry | Mandate) -> str:
    """« MOREAU Jeanne, Maire, Niort »."""
    parts = (f"{mandate.birth_name} {mandate.first_name}", mandate.function, mandate.place_name)
    return ", ".join(part for part in parts if part)


def _match_accounts() -> int:
    """Offer what the register brought to the accounts that already exist. Return how many mandates found someone."""
    officials = User.objects.filter(is_active=True).exclude(birth_name="")
    certified = officials.exclude(certified_by="").iterator()
    others = officials.filter(certified_by="").exclude(birth_month_digest="").iterator()
    return sum(map(recognition.attach_surely, certified)) + sum(map(recognition.propose_again, others))
