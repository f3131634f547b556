"""How fast the search is on a big catalogue, against the best SQL that one would write by hand for the same rows.

Run by ``tests.bench.search`` in a process for each engine, on a database made for it.
"""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from accounts.places import communes
from accounts.terms import conditions
from catalogue.models import Place, SearchEntry, Session, Subject, Training, TrainingBody
from catalogue.search import words
from catalogue.search.engine import PAGE_SIZE, Criteria, Search
from catalogue.search.statement import Results, results
from config.demo import catalogue

BATCH = 5000
SEED = 79
SEARCHES = (
    "q=budget",
    "q=budget+communal",
    "q=urba",
    "q=gestion+du+domaine+public",
    "q=budget&lieu=Niort+(79000)",
    "q=maire&ouvertes=1&mois={month}",
    "",
)
"""Common, rare, unfinished and many words; a place; filters; everything. ``{month}`` is two months ahead."""


@dataclass(frozen=True)
class Measure:
    """One search: times in milliseconds."""

    search: str
    found: int
    queries: int
    bare: float
    sql: float
    median: float
    p95: float


def load(count: int, today: date) -> None:
    """So many trainings with two sessions each, from the words of the demonstration catalogue."""
    chance = random.Random(SEED)
    communes.load(communes.read())
    catalogue.load(today)
    spoken = _words()
    places = [Place(name=f"Salle {c.name}", commune=c) for c in Commune.objects.order_by("pk")]
    Place.objects.bulk_create(places)
    bodies = TrainingBody.objects.bulk_create([TrainingBody(name=f"Organisme {n}") for n in range(200)])
    subjects = list(Subject.objects.order_by("pk"))
    for numbers in batched(range(count), BATCH):
        with transaction.atomic():
            made = Training.objects.bulk_create(_training(n, chance, spoken, bodies, subjects) for n in numbers)
            Session.objects.bulk_create(_session(t, chance, places, today) for t in made for _ in range(2))
            SearchEntry.objects.bulk_create(
                SearchEntry(
                    training=t,
                    title=words.index_words(t.title),
                    body=words.index_words(t.title, t.summary, t.body.name, t.subject.name),
                )
                for t in made
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _words() -> list[str]:
    texts = Training.objects.values_list("title", "summary", "objectives", "programme", "strong_points")
    return re.findall(r"[^\W\d_]{2,}", " ".join(" ".join(each) for each in texts.order_by("pk")).lower())


def _training(
    number: int, chance: random.Random, spoken: list[str], bodies: list[Any], subjects: list[Any]
) -> Training:
    return Training(
        reference=f"formation-{number}",
        title=" ".join(chance.choices(spoken, k=6)).capitalize(),
        summary=" ".join(chance.choices(spoken, k=25))[:300],
        status=Training.Status.PUBLISHED,
        body=chance.choice(bodies),
        subject=chance.choice(subjects),
        duration_hours=Decimal(6),
        price=Decimal(chance.randrange(100, 500, 10)),
    )


def _session(training: Training, chance: random.Random, places: list[Place], today: date) -> Session:
    start = today + timedelta(days=chance.randrange(-200, 365))
    taken = chance.choice((0, 3, 8, 15))
    return Session(training=training, start=start, end=start, place=chance.choice(places), seats=15, seats_taken=taken)


# Measuring ----------------------------------------------------------------------------------------


@contextmanager
def counting() -> Iterator[list[float]]:
    """The time that each query inside takes, in milliseconds, its rows being read apart."""
    times: list[float] = []

    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        before = time.perf_counter()
        try:
            return execute(*args)
        finally:
            times.append((time.perf_counter() - before) * 1000)

    with connection.execute_wrapper(wrapper):
        yield times


def measure(today: date, rounds: int) -> list[dict[str, Any]]:
    """Every search of the list, each so many times."""
    person, _ = User.objects.get_or_create(nir_digest="bench", defaults={"rights_balance": Decimal(400)})
    conditions.accept(person, conditions.in_force().name, timezone.now())
    client = Client(headers={"hx-request": "true"}, SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    stamp = client.session
    stamp.update({"remembered": True, "authenticated_at": int(time.time())})
    stamp.save()
    ahead = (today + timedelta(days=60)).strftime("%Y-%m")
    return [asdict(_measure(search.format(month=ahead), client, today, rounds)) for search in SEARCHES]


def _measure(address: str, client: Client, today: date, rounds: int) -> Measure:
    search = Search(Criteria.from_query(QueryDict(address)), today)
    expected = results(search)
    statements, values = bare_sql(search)
    bare = min(_bare(statement, values, expected, rounds) for statement in statements)
    whole, sql, queries = [], [], 0
    for _ in range(rounds):
        with counting() as times:
            before = time.perf_counter()
            response = client.get(f"/formations/?{address}")
            whole.append((time.perf_counter() - before) * 1000)
        if response.status_code != 200 or response.text.count("<h2><a ") != len(expected.hits):
            raise ValueError(f"{address!r} answers {response.status_code}, not the page of its results")
        sql.append(sum(times))
        queries = len(times)
    return Measure(
        search=address or "(tout)",
        found=expected.total,
        queries=queries,
        bare=bare,
        sql=statistics.median(sql),
        median=statistics.median(whole),
        p95=statistics.quantiles(whole, n=20)[-1],
    )


def _bare(statement: str, values: list[Any], expected: Results, rounds: int) -> float:
    """The median time of a statement, which must find the page's rows in the page's order."""
    times = []
    with connection.cursor() as cursor:
        for _ in range(rounds):
            before = time.perf_counter()
            cursor.execute(statement, values)
            rows = cursor.fetchall()
            times.append((time.perf_counter() - before) * 1000)
    if [row[0] for row in rows] != [hit.training for hit in expected.hits]:
        raise ValueError(f"other rows than the page's: {statement}")
    return statistics.median(times)


def bare_sql(search: Search) -> tuple[list[str], list[Any]]:
    """The rows of the first page, with what a card shows, in one statement written by hand, in two ways."""
    asked = search.criteria
    first = search.first_start
    scope_values: list[Any] = [search.today]
    scope = "s.cancelled_at IS NULL AND s.start > %s"
    if asked.month:
        year, month = map(int, asked.month.split("-"))
        scope += " AND s.start >= %s AND s.start < %s"
        scope_values += [date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)]
    near = "0"
    near_values: list[Any] = []
    if locality := search.locality:
        (commune,) = locality.communes
        near = "CASE WHEN p.commune_id = %s THEN 0 WHEN c.epci = %s THEN 1 WHEN s.remote THEN 3 ELSE 2 END"
        near_values = [commune.pk, commune.epci]
        scope += " AND (s.remote OR c.department = %s)"
        scope_values.append(commune.department)
    match, match_values, title, title_values = "", [], "0", []
    if search.query:
        sqlite = connection.vendor == "sqlite"
        text = words.fts5(search.query) if sqlite else words.tsquery(search.query)
        found = (
            "SELECT rowid FROM catalogue_search_fts WHERE {} MATCH %s"
            if sqlite
            else "SELECT training_id FROM catalogue_searchentry WHERE {}_vector @@ %s::tsquery"
        )
        match, match_values = f" AND t.id IN ({found.format('body')})", [text]
        title, title_values = f"CASE WHEN t.id IN ({found.format('title')}) THEN 0 ELSE 1 END", [text]
    places = " LEFT JOIN catalogue_place p ON p.id = s.place_id LEFT JOIN accounts_commune c ON c.code = p.commune_id"
    needs_session = bool(asked.month or asked.place or asked.open_only)
    is_open = "s.start >= %s AND s.seats_taken < s.seats"
    only_open = f" AND {is_open}" if asked.open_only else ""
    order = f"rank, {'near,' if asked.place else ''} next_open NULLS LAST, id"
    grouped = f"""
        SELECT m.id, m.rank, MIN(f.near) AS near, MIN(f.open_start) AS next_open, COUNT(*) OVER () AS total
        FROM matched m {"" if needs_session else "LEFT"} JOIN fitting f ON f.training_id = m.id
        GROUP BY m.id, m.rank ORDER BY {order}"""
    near_of = "(SELECT MIN(f.near) FROM fitting f WHERE f.training_id = m.id)" if asked.place else "0"
    row_by_row = f"""
        SELECT m.id, m.rank, {near_of} AS near,
               (SELECT MIN(f.open_start) FROM fitting f WHERE f.training_id = m.id) AS next_open,
               COUNT(*) OVER () AS total
        FROM matched m
        {"WHERE EXISTS (SELECT 1 FROM fitting f WHERE f.training_id = m.id)" if needs_session else ""}
        ORDER BY {order}"""
    template = f"""
        WITH matched AS MATERIALIZED (
            SELECT t.id, {title} AS rank FROM catalogue_training t WHERE t.status = 'published'{match}
        ), fitting AS NOT MATERIALIZED (
            SELECT s.training_id, CASE WHEN {is_open} THEN s.start END AS open_start, {near} AS near
            FROM catalogue_session s{places if asked.place else ""} WHERE {scope}{only_open}
        ), chosen AS (
            {{way}}
            LIMIT {PAGE_SIZE}
        )
        SELECT chosen.*, t.reference, t.title, t.price, b.name, j.name
        FROM chosen JOIN catalogue_training t ON t.id = chosen.id
        JOIN catalogue_trainingbody b ON b.id = t.body_id JOIN catalogue_subject j ON j.id = t.subject_id
        ORDER BY chosen.rank, {"chosen.near," if asked.place else ""} chosen.next_open NULLS LAST, chosen.id
    """
    values = [*title_values, *match_values, first, *near_values, *scope_values, *([first] if only_open else [])]
    return [template.format(way=way) for way in (grouped, row_by_row)], values
