"""The search as one statement: which trainings answer, in which order, and all that a page of cards shows of them.

Written by hand, because Django's building of the same statement took longer than the database (``make bench``), and a
card's columns come with it. The order holds on SQLite and PostgreSQL alike, as ``tests/catalogue/search`` says.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connections
from django.db.models.expressions import RawSQL

from catalogue.search import words
from catalogue.search.engine import PAGE_SIZE, Search

MATCHING = {
    ("sqlite", "title"): "SELECT rowid FROM catalogue_search_fts WHERE title MATCH %(words)s",
    ("sqlite", "body"): "SELECT rowid FROM catalogue_search_fts WHERE body MATCH %(words)s",
    ("postgresql", "title"): "SELECT training_id FROM catalogue_searchentry WHERE title_vector @@ %(words)s::tsquery",
    ("postgresql", "body"): "SELECT training_id FROM catalogue_searchentry WHERE body_vector @@ %(words)s::tsquery",
}
PLACES = """
    LEFT JOIN catalogue_place p ON p.id = s.place_id
    LEFT JOIN accounts_commune c ON c.code = p.commune_id"""
IS_OPEN = "s.start >= %(first_start)s AND s.seats_taken < s.seats"
GROUPED = """
    SELECT m.id, m.rank, MIN(f.near) AS near, MIN(f.open_start) AS next_open, COUNT(*) OVER () AS total
    FROM matched m {join} JOIN fitting f ON f.training_id = m.id
    GROUP BY m.id, m.rank"""
"""All sessions once, then those of each training: for many trainings."""
ONE_BY_ONE = """
    SELECT m.id, m.rank, (SELECT MIN(f.near) FROM fitting f WHERE f.training_id = m.id) AS near,
           (SELECT MIN(f.open_start) FROM fitting f WHERE f.training_id = m.id) AS next_open,
           COUNT(*) OVER () AS total
    FROM matched m {where}"""
"""Training after training: for the few that hold some words."""
SOONEST = """
    SELECT m.id, 0 AS rank, 0 AS near, s.start AS next_open,
           (SELECT COUNT(*) FROM catalogue_training t WHERE {wanted}) AS total
    FROM catalogue_session s CROSS JOIN catalogue_training m
    WHERE m.id = s.training_id AND {wanted_too} AND {fits} AND {is_open} AND NOT EXISTS (
        SELECT 1 FROM catalogue_session s0 WHERE s0.training_id = s.training_id AND {fits0} AND {is_open0}
        AND (s0.start < s.start OR (s0.start = s.start AND s0.id < s.id)))
    ORDER BY s.start, m.id"""
"""Session after session, from the next one on: for the first pages of everything, whose last row is soon found."""
IN_ORDER = " ORDER BY m.rank, {nearest_first} next_open NULLS LAST, m.id"
STATEMENT = """
    WITH matched AS MATERIALIZED (
        SELECT t.id, {rank} AS rank FROM catalogue_training t WHERE {wanted}
    ), fitting AS NOT MATERIALIZED (
        SELECT s.training_id, CASE WHEN {is_open} THEN s.start END AS open_start, {near} AS near
        FROM catalogue_session s{places} WHERE {fits}
    ), chosen AS (
        {way} LIMIT %(limit)s OFFSET %(offset)s
    )
    SELECT chosen.id, chosen.total, chosen.next_open, t.reference, t.title, t.price, t.duration_days, t.duration_hours,
           b.name, j.name, s.start, s.{end}, s.remote, s.seats, s.seats_taken, c.name, s.id
    FROM chosen
    JOIN catalogue_training t ON t.id = chosen.id
    JOIN catalogue_trainingbody b ON b.id = t.body_id
    JOIN catalogue_subject j ON j.id = t.subject_id
    LEFT JOIN catalogue_session s ON s.id = (
        SELECT s.id FROM catalogue_session s{places}
        WHERE s.training_id = chosen.id AND {fits} AND (chosen.next_open IS NULL OR ({is_open}))
        ORDER BY s.start, s.id LIMIT 1
    ){shown_places}
    ORDER BY chosen.rank, {shown_nearest_first} chosen.next_open NULLS LAST, chosen.id"""


class Row(NamedTuple):
    """One training found, and the session that its card shows: its columns are None when there is none to come."""

    training: int
    total: int
    next_open: date | None
    reference: str
    title: str
    price: Decimal
    duration_days: Decimal
    duration_hours: Decimal
    body: str
    subject: str
    start: date | None
    end: date | None
    remote: bool | None
    seats: int
    seats_taken: int
    commune: str | None
    session: int | None


@dataclass(frozen=True)
class Results:
    """One page of results and how many there are in all."""

    hits: list[Row] = field(default_factory=list)
    total: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def results(search: Search) -> Results:
    """The page asked for; the last one when the address asks for a page beyond it."""
    if search.criteria.place and search.locality is None:
        return Results()
    asked = search.criteria.page
    found = rows(search, asked, PAGE_SIZE)
    if not found and asked > 1:
        total = next((row.total for row in rows(search, 1, 1)), 0)
        asked = max(1, -(-total // PAGE_SIZE))
        found = rows(search, asked, PAGE_SIZE)
    return Results(found, found[0].total if found else 0, asked)


def rows(search: Search, page: int, size: int) -> list[Row]:
    """The trainings of one page, in order."""
    if takes_everything(search):
        soonest = _rows(search, page, size, soonest=True)
        if len(soonest) == size:
            return soonest
    return _rows(search, page, size)


def takes_everything(search: Search) -> bool:
    """Whether trainings are sought by nothing that their words or their sessions say."""
    asked = search.criteria
    return not (search.query or asked.place or asked.month or asked.mode or asked.open_only)


def _rows(search: Search, page: int, size: int, *, soonest: bool = False) -> list[Row]:
    statement, values = write(search, soonest=soonest)
    with connections[search.using].cursor() as cursor:
        cursor.execute(statement, {**values, "limit": size, "offset": (page - 1) * size})
        return [_typed(found, search.using) for found in cursor.fetchall()]


def matches(query: words.Query, using: str) -> bool:
    """Whether any training, offered or not, holds these words."""
    vendor = connections[using].vendor
    text = words.fts5(query) if vendor == "sqlite" else words.tsquery(query)
    with connections[using].cursor() as cursor:
        cursor.execute(f"{MATCHING[vendor, 'body']} LIMIT 1", {"words": text})
        return cursor.fetchone() is not None


def holding(query: words.Query, using: str = "default") -> RawSQL:
    """The trainings, offered or not, that hold these words: a subquery of their ids."""
    vendor = connections[using].vendor
    text = words.fts5(query) if vendor == "sqlite" else words.tsquery(query)
    return RawSQL(MATCHING[vendor, "body"].replace("%(words)s", "%s"), (text,))  # noqa: S611 -- no part of it is typed


def write(search: Search, *, soonest: bool = False) -> tuple[str, dict[str, Any]]:
    """The statement and its values, ``limit`` and ``offset`` apart.

    *soonest*: only the trainings that take requests, in the same order; for a search that takes everything.
    """
    asked, locality = search.criteria, search.locality
    vendor = connections[search.using].vendor
    values: dict[str, Any] = {"first_start": search.first_start, "today": search.today}
    rank, wanted = "0", ["t.status = 'published'"]
    if search.query:
        values["words"] = words.fts5(search.query) if vendor == "sqlite" else words.tsquery(search.query)
        rank = f"CASE WHEN t.id IN ({MATCHING[vendor, 'title']}) THEN 0 ELSE 1 END"
        wanted.append(f"t.id IN ({MATCHING[vendor, 'body']})")
    if asked.subject:
        wanted.append("t.subject_id = %(subject)s")
        values["subject"] = asked.subject
    if asked.within_rights and search.rights is not None:
        wanted.append("t.price <= %(rights)s" if vendor != "sqlite" else "t.price <= CAST(%(rights)s AS NUMERIC)")
        values["rights"] = str(search.rights) if vendor == "sqlite" else search.rights
    fits = ["s.cancelled_at IS NULL", "s.start > %(today)s"]
    if asked.month:
        year, month = map(int, asked.month.split("-"))
        values |= {"from": date(year, month, 1), "before": date(year + month // 12, month % 12 + 1, 1)}
        fits.append("s.start >= %(from)s AND s.start < %(before)s")
    if asked.mode:
        fits.append("s.remote" if search.wants_remote else "NOT s.remote")
    if asked.open_only:
        fits.append(IS_OPEN)
    near = "0"
    if locality:
        fits.append(f"(s.remote OR c.department IN {_in('department', locality.departments, values)})")
        near = (
            f"CASE WHEN p.commune_id IN {_in('commune', [each.pk for each in locality.communes], values)} THEN 0"
            f" WHEN c.epci IN {_in('epci', locality.epcis, values)} THEN 1 WHEN s.remote THEN 3 ELSE 2 END"
        )
    narrowed = bool(locality or asked.month or asked.mode or asked.open_only)
    nearest_first = "near," if locality else ""
    if soonest:
        wanted_too, fits0 = (
            " AND ".join(each.replace(old, new) for each in conditions)
            for conditions, old, new in ((wanted, "t.", "m."), (fits, "s.", "s0."))
        )
        way = SOONEST.format(
            wanted=" AND ".join(wanted),
            wanted_too=wanted_too,
            fits=" AND ".join(fits),
            is_open=IS_OPEN,
            fits0=fits0,
            is_open0=IS_OPEN.replace("s.", "s0."),
        )
    elif search.query:
        held = "WHERE EXISTS (SELECT 1 FROM fitting f WHERE f.training_id = m.id)" if narrowed else ""
        way = ONE_BY_ONE.format(where=held) + IN_ORDER.format(nearest_first=nearest_first)
    else:
        way = GROUPED.format(join="" if narrowed else "LEFT") + IN_ORDER.format(nearest_first=nearest_first)
    statement = STATEMENT.format(
        rank=rank,
        wanted=" AND ".join(wanted),
        is_open=IS_OPEN,
        near=near,
        places=PLACES if locality else "",
        shown_places=PLACES,
        fits=" AND ".join(fits),
        way=way,
        end=connections[search.using].ops.quote_name("end"),
        shown_nearest_first="chosen.near," if locality else "",
    )
    return statement, values


def _in(name: str, several: Any, values: dict[str, Any]) -> str:
    """A list of values as parameters; of none, a list that nothing is in."""
    named = {f"{name}{number}": value for number, value in enumerate(sorted(several))}
    values |= named
    return f"({', '.join(f'%({each})s' for each in named) or 'NULL'})"


def _typed(found: tuple[Any, ...], using: str) -> Row:
    """A row as PostgreSQL gives it; SQLite knows neither days nor decimals in an expression."""
    row = Row(*found)
    if connections[using].vendor != "sqlite":
        return row
    return row._replace(
        next_open=_day(row.next_open),
        price=Decimal(str(row.price)),
        duration_days=Decimal(str(row.duration_days)),
        duration_hours=Decimal(str(row.duration_hours)),
        start=_day(row.start),
        end=_day(row.end),
        remote=bool(row.remote),
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
