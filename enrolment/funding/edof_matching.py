"""Which dossier a file of EDOF is, and where the two differ. Pure: dossiers and rows in, matches out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from core.french import day_in_brief, euros
from core.text import name_key
from enrolment.funding.edof_reader import EdofRow
from enrolment.models.dossiers import SEATED_STATES, State
from enrolment.models.funding import Milestone

ORDER = (Milestone.REQUESTED, Milestone.PROPOSED, Milestone.VALIDATED, Milestone.PAID)
"""One after the other; the ends (refused, cancelled) come after none."""
ENDS = (Milestone.REFUSED, Milestone.CANCELLED, Milestone.FALLEN)


class Sureness(StrEnum):
    """How surely a file is a dossier."""

    CERTAIN = auto()
    POSSIBLE = auto()
    NONE = auto()


@dataclass(frozen=True)
class DossierFacts:
    """What of a dossier is compared. *said*: the furthest milestone that somebody said, or an end."""

    key: str
    reference: str
    names: tuple[str, ...]
    first_names: str
    training: str
    start: date
    state: State
    price: Decimal
    rights: Decimal
    number: str = ""
    said: Milestone | None = None

    @property
    def words(self) -> str:
        """« 79-AAAA-BBBB, Moreau Jeanne, Le budget, 12 mars 2027 »."""
        return f"{self.reference}, {self.names[0]} {self.first_names}, {self.training}, {day_in_brief(self.start)}"


@dataclass(frozen=True)
class Match:
    """A file and the dossiers that it may be; one alone when it is certain. *why* in words for staff."""

    row: EdofRow
    sureness: Sureness
    dossiers: tuple[DossierFacts, ...] = ()
    why: str = ""


def match(rows: Iterable[EdofRow], dossiers: Sequence[DossierFacts]) -> list[Match]:
    """Each file with its dossier: by its number, else by name and session. No dossier is certain for two files."""
    found = [_match(row, dossiers) for row in rows]
    claimed = [each.dossiers[0].key for each in found if each.sureness == Sureness.CERTAIN]
    return [
        Match(each.row, Sureness.POSSIBLE, each.dossiers, "plusieurs lignes pour ce dossier")
        if each.sureness == Sureness.CERTAIN and claimed.count(each.dossiers[0].key) > 1
        else each
        for each in found
    ]


def _match(row: EdofRow, dossiers: Sequence[DossierFacts]) -> Match:
    by_number = [each for each in dossiers if row.number and each.number == row.number]
    if by_number:
        other_name = bool(row.name) and not any(_same_person(row, each) for each in by_number)
        if len(by_number) == 1 and not other_name:
            return Match(row, Sureness.CERTAIN, tuple(by_number), "même numéro")
        why = "même numéro, autre nom" if other_name else "plusieurs dossiers portent ce numéro"
        return Match(row, Sureness.POSSIBLE, tuple(by_number), why)
    free = [each for each in dossiers if _same_person(row, each)]
    same_session = [each for each in free if row.start == each.start]
    if len(same_session) == 1 and (row.names_free or _same_first_name(row, same_session[0])):
        other_number = bool(row.number and same_session[0].number)
        sure = Sureness.POSSIBLE if row.names_free or other_number else Sureness.CERTAIN
        why = "même nom, même session" + (", mais un autre numéro est noté" if other_number else "")
        return Match(row, sure, tuple(same_session), why)
    if same_session:
        return Match(row, Sureness.POSSIBLE, tuple(same_session), "même session, nom proche")
    if free:
        return Match(row, Sureness.POSSIBLE, tuple(free), "même nom" if row.start is None else "même nom, autre date")
    return Match(row, Sureness.NONE)


def _same_person(row: EdofRow, dossier: DossierFacts) -> bool:
    names = [name_key(name) for name in dossier.names if name]
    if row.names_free:
        words = set(name_key(row.name).split())
        return any(words.issuperset(name.split()) for name in names) and _same_first_name(row, dossier)
    return any(name.replace(" ", "") == name_key(row.name).replace(" ", "") for name in names)


def _same_first_name(row: EdofRow, dossier: DossierFacts) -> bool:
    """The first of the first names; a file without one says nothing against it."""
    own = name_key(dossier.first_names).split()
    given = name_key(row.name if row.names_free else row.first_name).split()
    return bool(own) and own[0] in given


def differences(row: EdofRow, dossier: DossierFacts) -> list[tuple[str, str]]:
    """Where a file and its dossier do not say the same: (kind, words for staff)."""
    found = []
    if (words := _other_state(row, dossier)) is not None:
        found.append(("other_state", words))
    if row.amount is not None and row.amount not in {dossier.price, dossier.rights}:
        found.append(("other_amount", f"EDOF dit {euros(row.amount)}, le dossier {euros(dossier.price)}."))
    return found


def _other_state(row: EdofRow, dossier: DossierFacts) -> str | None:
    there = row.milestone
    if there is None:
        return f"EDOF dit « {row.state} », que le site ne connaît pas." if row.state else None
    is_seated = dossier.state in SEATED_STATES
    if there in ENDS and is_seated:
        return f"EDOF dit « {row.state} » ; ici la demande est {dossier.state.label}."
    if there not in ENDS and not is_seated and dossier.state != State.WAITING:
        return f"EDOF dit « {row.state} » ; ici la demande est {dossier.state.label}."
    if there in ORDER and dossier.said in ORDER and ORDER.index(dossier.said) > ORDER.index(there):
        return f"EDOF dit « {row.state} » ; il est noté ici : {dossier.said.label}."
    return None
