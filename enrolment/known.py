"""What the site has noted of one person, in one statement: eight small tables that most pages ask together.

Only rows are read here; what they mean is said in the rooms of the rights, the funding and the identity checks. Written
by hand, because Django built such queries in eight times what the database took (``make bench``); all columns are
texts, so that they fit together, and every engine writes them alike.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection

from accounts.models import Mandate, User
from catalogue.models import Scale
from enrolment.models import MilestoneMark, RightsReading

STATEMENT = """
    SELECT 'mandate', m.id, m.kind, CAST(m.start AS text), CAST(m."end" AS text),
        m.function, COALESCE(NULLIF(m.place_name, ''), c.name, ''), '', ''
        FROM accounts_mandate m LEFT JOIN accounts_commune c ON c.code = m.commune_id
        WHERE m.user_id = %(user)s AND m.status = 'confirmed'
    UNION ALL SELECT CASE a.answer WHEN 'yes' THEN 'declared' ELSE 'proposed' END, m.id, m.kind,
        CAST(m.start AS text), CAST(m."end" AS text),
        m.function, COALESCE(NULLIF(m.place_name, ''), c.name, ''), m.first_name, m.birth_name
        FROM accounts_mandateclaim a JOIN accounts_mandate m ON m.id = a.mandate_id
        LEFT JOIN accounts_commune c ON c.code = m.commune_id
        WHERE a.user_id = %(user)s AND a.answer <> 'no' AND m.status = 'unmatched'
    UNION ALL SELECT 'dossier', session_id, state, '', '', CAST(rights_used AS text), '', '', ''
        FROM enrolment_enrolment WHERE user_id = %(user)s
    UNION ALL SELECT 'check', 0, status, CAST(submitted_at AS text), '', '', '', '', ''
        FROM enrolment_identitycheck WHERE user_id = %(user)s AND status <> 'draft'
    UNION ALL SELECT 'reading', id, '', CAST(read_on AS text), '', CAST(amount AS text),
        CASE WHEN by_staff THEN 'yes' ELSE '' END, '', ''
        FROM enrolment_rightsreading WHERE user_id = %(user)s
    UNION ALL SELECT 'mark', id, milestone, CAST("on" AS text), CAST(enrolment_id AS text),
        CASE WHEN passed THEN 'yes' ELSE '' END, CASE WHEN by_staff THEN 'yes' ELSE '' END, file_number, ''
        FROM enrolment_milestonemark WHERE user_id = %(user)s AND undone_at IS NULL
    UNION ALL SELECT 'spoken', 0, '', '', '', '', '', '', '' WHERE EXISTS (
        SELECT 1 FROM enrolment_milestonemark WHERE user_id = %(user)s AND enrolment_id IS NULL)
    UNION ALL SELECT 'later', 0, '', '', '', '', '', '', ''
        FROM enrolment_readinessputoff WHERE user_id = %(user)s
    UNION ALL SELECT 'scale', id, CASE WHEN to_confirm THEN 'yes' ELSE '' END, CAST(effective_from AS text), '',
        CAST(yearly_credit AS text), CAST(cap AS text), '', ''
        FROM catalogue_scale
    ORDER BY 1, 2"""
CENT = Decimal("0.01")


@dataclass
class Known:
    """What is noted of one person.

    *mandates*: confirmed, the oldest first, those of unknown beginning last; *readings* and *checks*: the latest
    first, drafts of checks left out; *marks*: what is said by dossier, the person's own under None; *scales*: by date.
    *proposed* and *declared*: the mandates without a proved holder that wait for the person's answer, and those to
    which it was yes, ended ones too. *dossiers*: the session, the state and the rights used of each, in any state.
    Mandates, readings, marks and barèmes have the columns of ``STATEMENT`` and no others.
    """

    mandates: list[Mandate] = field(default_factory=list)
    proposed: list[Mandate] = field(default_factory=list)
    declared: list[Mandate] = field(default_factory=list)
    dossiers: list[tuple[int, str, Decimal]] = field(default_factory=list)
    checks: list[tuple[str, datetime]] = field(default_factory=list)
    readings: list[RightsReading] = field(default_factory=list)
    marks: dict[uuid.UUID | None, list[MilestoneMark]] = field(default_factory=dict)
    scales: list[Scale] = field(default_factory=list)
    spoke_of_mcf: bool = False
    """Whether anything was ever said of the person's own milestones, even if it was taken back."""
    put_off: bool = False
    """Whether the person would rather answer the questions about Mon Compte Formation another time."""


def known_of(user: User) -> Known:
    """What is noted of *user*."""
    found = Known()
    for kind, key, name, day, other, first, second, third, fourth in _rows(user):
        match kind:
            case "mandate" | "proposed" | "declared":
                mandate = Mandate(pk=key, kind=name, start=_day(day), end=_day(other), function=first)
                mandate.place_name, mandate.first_name, mandate.birth_name = second, third, fourth
                {"mandate": found.mandates, "proposed": found.proposed, "declared": found.declared}[kind].append(
                    mandate
                )
            case "dossier":
                found.dossiers.append((key, name, Decimal(first).quantize(CENT)))
            case "check":
                found.checks.append((name, _moment(day)))
            case "reading":
                amount = Decimal(first).quantize(CENT)
                on = date.fromisoformat(day)
                found.readings.append(RightsReading(pk=key, amount=amount, read_on=on, by_staff=bool(second)))
            case "mark":
                mark = MilestoneMark(pk=key, milestone=name, on=date.fromisoformat(day), file_number=third)
                mark.passed, mark.by_staff = bool(first), bool(second)
                found.marks.setdefault(_dossier(other), []).append(mark)
            case "spoken":
                found.spoke_of_mcf = True
            case "later":
                found.put_off = True
            case "scale":
                credit, cap = Decimal(first).quantize(CENT), Decimal(second).quantize(CENT)
                since = date.fromisoformat(day)
                found.scales.append(
                    Scale(pk=key, effective_from=since, yearly_credit=credit, cap=cap, to_confirm=bool(name))
                )
    _sort(found)
    return found


def _sort(found: Known) -> None:
    for mandates in (found.mandates, found.proposed, found.declared):
        mandates.sort(key=lambda each: (each.start or date.max, each.pk))
    found.checks.sort(key=lambda check: check[1], reverse=True)
    found.readings.sort(key=lambda each: (each.read_on, each.pk), reverse=True)
    found.scales.sort(key=lambda each: each.effective_from)


def _rows(user: User) -> Iterator[tuple[str, int, str, str, str, str, str, str, str]]:
    key = User._meta.pk.get_db_prep_value(user.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"user": key})
        yield from cursor.fetchall()


def _dossier(key: str | None) -> uuid.UUID | None:
    return uuid.UUID(key) if key else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime:
    """A moment as the database writes it: with its offset, or in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
