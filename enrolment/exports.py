"""Lists of people as spreadsheets: participants of a session, dossiers, movements of rights. Never the NIR.

Each is (headers, rows); ``core.admin.exports`` writes the file and the journal.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from catalogue.models import Session
from core.admin.exports import Table
from enrolment.models import Enrolment, LedgerEntry, Milestone, State

type Columns[Row] = dict[str, Callable[[Row], Any]]


def _of_account(enrolment: Enrolment, name: str) -> str:
    """Before it is sent a dossier has no name of its own; after the account is closed, nobody's."""
    return getattr(enrolment.user, name) if enrolment.user else ""


def _day(moment: Any) -> Any:
    return timezone.localdate(moment) if moment else ""


def _file_number(enrolment: Enrolment) -> str:
    marks = [
        mark for mark in enrolment.milestones.all() if mark.milestone == Milestone.REQUESTED and not mark.undone_at
    ]
    return marks[0].file_number if marks else ""


PERSON: Columns[Enrolment] = {
    "nom de naissance": lambda each: each.birth_name or _of_account(each, "birth_name"),
    "nom d'usage": lambda each: each.usual_name or _of_account(each, "usual_name"),
    "prénoms": lambda each: each.first_names or _of_account(each, "first_names"),
    "adresse mail": lambda each: each.contact_email,
    "téléphone": lambda each: each.phone,
    "mandat": lambda each: each.mandate,
    "collectivité": lambda each: each.mandate_place,
}
PARTICIPANTS: Columns[Enrolment] = {
    "référence": lambda each: each.reference or "",
    "état": lambda each: each.get_state_display(),
    **PERSON,
    "besoins particuliers": lambda each: each.needs,
    "financement": lambda each: each.get_funding_display(),
    "envoyée le": lambda each: _day(each.sent_at),
}
DOSSIERS: Columns[Enrolment] = {
    "référence": lambda each: each.reference or "",
    "état": lambda each: each.get_state_display(),
    **PERSON,
    "formation": lambda each: each.session.training.title,
    "premier jour": lambda each: each.session.start,
    "lieu": lambda each: each.session.where,
    "envoyée le": lambda each: _day(each.sent_at),
    "décidée le": lambda each: _day(each.decided_at),
    "financement": lambda each: each.get_funding_display(),
    "numéro du dossier sur Mon Compte Formation": _file_number,
    "prix": lambda each: each.price,
    "droits convenus": lambda each: each.rights_agreed,
    "part de la collectivité": lambda each: each.public_agreed,
    "reste à payer": lambda each: each.to_pay,
}
LEDGER: Columns[LedgerEntry] = {
    "le": lambda entry: _day(entry.at),
    "élu": lambda entry: str(entry.user),
    "nature": lambda entry: entry.get_kind_display(),
    "montant (€)": lambda entry: entry.amount,
    "année du crédit": lambda entry: entry.year,
    "dossier": lambda entry: entry.enrolment.reference if entry.enrolment else "",
    "motif": lambda entry: entry.reason,
    "par": lambda entry: str(entry.by or "le site"),
}
NOT_COMING = (State.REFUSED, State.CANCELLED, State.LAPSED)


def participants(session: Session) -> Table:
    """Who comes, who waits and who has not sent yet, the seated first."""
    order = {state: number for number, state in enumerate(State)}
    rows = Enrolment.objects.filter(session=session).exclude(state__in=NOT_COMING).select_related("user")
    return _table(PARTICIPANTS, sorted(rows, key=lambda each: (order[State(each.state)], each.birth_name, each.pk.hex)))


def dossiers(rows: QuerySet[Enrolment]) -> Table:
    """The dossiers of a list."""
    whole = rows.select_related("user", "session__training", "session__place__commune")
    return _table(DOSSIERS, whole.prefetch_related("milestones"))


def ledger(rows: QuerySet[LedgerEntry]) -> Table:
    """Movements of rights, as this site computes them: not a balance of Mon Compte Formation."""
    return _table(LEDGER, rows.select_related("user", "enrolment", "by"))


def _table(columns: Columns[Any], rows: Iterable[Any]) -> Table:
    return tuple(columns), [[read(row) for read in columns.values()] for row in rows]
