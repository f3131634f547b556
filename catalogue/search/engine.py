"""Finding trainings: what is asked, which trainings answer, in which order.

The order is the same on SQLite and PostgreSQL: title hit, place (same commune, then intercommunality, then
department, then remote), next open session, id. No engine's own ranking comes into it.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from accounts.places.localities import Locality
from catalogue.models import Session, SessionQuerySet, Synonym, Training
from catalogue.search import words
from catalogue.sessions.in_force import first_open_start
from core.text import line

PAGE_SIZE = 20
MAX_LENGTH = 200
ON_SITE, REMOTE = "presentiel", "distance"
MODES = {ON_SITE: "En présentiel", REMOTE: "À distance"}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a search asks for, as its address says it. A value that makes no sense is as if absent."""

    q: str = ""
    place: str = ""
    subject: int | None = None
    month: str = ""
    open_only: bool = False
    within_rights: bool = False
    mode: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryDict) -> "Criteria":
        """Read the address of a search: ``?q=&lieu=&theme=&mois=&ouvertes=&droits=&mode=&page=``."""
        month = query.get("mois", "")
        return cls(
            q=_line(query.get("q", "")),
            place=_line(query.get("lieu", "")),
            subject=_number(query.get("theme", "")),
            month=month if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) else "",
            open_only=query.get("ouvertes") == "1",
            within_rights=query.get("droits") == "1",
            mode=query.get("mode", "") if query.get("mode") in MODES else "",
            page=_number(query.get("page", "")) or 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this search, changed so; empty values are left out."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        values = {
            "q": asked.q,
            "lieu": asked.place,
            "theme": asked.subject,
            "mois": asked.month,
            "ouvertes": int(asked.open_only),
            "droits": int(asked.within_rights),
            "mode": asked.mode,
            "page": asked.page if asked.page > 1 else None,
        }
        return urlencode({name: value for name, value in values.items() if value})


def _line(text: str) -> str:
    return line(text)[:MAX_LENGTH].strip()


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else None


@dataclass(frozen=True)
class Hit:
    """One training of the results: its id and the start of its next open session, if it has one."""

    training: int
    next_open: date | None


@dataclass(frozen=True)
class Results:
    """One page of results and how many there are in all."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass
class Search:
    """One search, on one day, by someone known to have so many rights (euros); None when nobody has read them."""

    criteria: Criteria
    today: date
    rights: Decimal | None = None
    using: str = "default"

    @cached_property
    def query(self) -> words.Query:
        """The words asked for, with the staff's synonyms."""
        return words.parse(self.criteria.q, synonyms(self.using)) if self.criteria.q else ()

    @cached_property
    def locality(self) -> Locality | None:
        return Locality.of(self.criteria.place) if self.criteria.place else None

    @cached_property
    def first_start(self) -> date:
        """The earliest start for which a request may still leave today."""
        return first_open_start(self.today)

    def results(self) -> Results:
        """The page asked for; the last one when the address asks for a page beyond it."""
        asked = self.criteria.page
        rows = list(self._rows(asked))
        if not rows and asked > 1:
            total = self.trainings().count()
            asked = max(1, -(-total // PAGE_SIZE))
            rows = list(self._rows(asked))
        hits = [Hit(row["pk"], row["next_open"]) for row in rows]
        return Results(hits, rows[0]["total"] if rows else 0, asked)

    def trainings(self) -> QuerySet[Training]:
        """The trainings that answer, in no order."""
        criteria = self.criteria
        found = Training.objects.using(self.using).published()
        if self.query:
            found = found.filter(pk__in=self._matching("body"))
        if criteria.subject:
            found = found.filter(subject=criteria.subject)
        if criteria.within_rights and self.rights is not None:
            found = found.filter(price__lte=self.rights)
        if criteria.place and self.locality is None:
            return found.none()
        if self.locality or criteria.month or criteria.mode or criteria.open_only:
            wanted = self.open_sessions() if criteria.open_only else self.sessions()
            found = found.filter(Exists(wanted.filter(training=OuterRef("pk"))))
        return found

    def sessions(self) -> SessionQuerySet:
        """Sessions to come that suit the place, the month and the way of attending asked for."""
        criteria = self.criteria
        wanted = Session.objects.using(self.using).upcoming(self.today)
        if criteria.month:
            year, month = map(int, criteria.month.split("-"))
            after = date(year + month // 12, month % 12 + 1, 1)
            wanted = wanted.filter(start__gte=date(year, month, 1), start__lt=after)
        if criteria.mode:
            wanted = wanted.filter(remote=criteria.mode == REMOTE)
        if self.locality:
            wanted = wanted.filter(Q(remote=True) | Q(place__commune__department__in=self.locality.departments))
        return wanted

    def open_sessions(self) -> SessionQuerySet:
        """Those of them that still take requests."""
        return self.sessions().open_from(self.first_start)

    def _rows(self, page: int) -> QuerySet[Training, Any]:
        mine = OuterRef("pk")
        next_open = self.open_sessions().filter(training=mine).order_by("start").values("start")[:1]
        order: list[Any] = ["rank", "nearness", F("next_open").asc(nulls_last=True), "pk"]
        found = self.trainings().annotate(next_open=Subquery(next_open), total=Window(Count("*")))
        if self.query:
            found = found.annotate(rank=Case(When(pk__in=self._matching("title"), then=Value(0)), default=Value(1)))
        else:
            order.remove("rank")
        if self.locality:
            here = self.sessions().filter(training=mine).order_by().values("training")
            found = found.annotate(nearness=Subquery(here.annotate(n=Min(_nearness(self.locality))).values("n")))
        else:
            order.remove("nearness")
        start = (page - 1) * PAGE_SIZE
        return found.order_by(*order)[start : start + PAGE_SIZE].values("pk", "next_open", "total")

    def _matching(self, column: str) -> RawSQL:
        return matching(self.query, column, self.using)


def _nearness(locality: Locality) -> Case:
    """How far a session is: 0 same commune, 1 same intercommunality, 2 same department, 3 remote."""
    return Case(
        When(place__commune__in=[commune.pk for commune in locality.communes], then=Value(0)),
        When(place__commune__epci__in=locality.epcis, then=Value(1)),
        When(remote=False, then=Value(2)),
        default=Value(3),
    )


MATCHING = {
    ("sqlite", "title"): "SELECT rowid FROM catalogue_search_fts WHERE title MATCH %s",
    ("sqlite", "body"): "SELECT rowid FROM catalogue_search_fts WHERE body MATCH %s",
    ("postgresql", "title"): "SELECT training_id FROM catalogue_searchentry WHERE title_vector @@ %s::tsquery",
    ("postgresql", "body"): "SELECT training_id FROM catalogue_searchentry WHERE body_vector @@ %s::tsquery",
}


def matching(query: words.Query, column: str, using: str = "default") -> RawSQL:
    """The ids of the trainings whose *column* (``title`` or ``body``) of the index answers the query."""
    vendor = connections[using].vendor
    text = words.fts5(query) if vendor == "sqlite" else words.tsquery(query)
    return RawSQL(MATCHING[vendor, column], [text])  # noqa: S611  the statement is ours, the words are a parameter


def synonyms(using: str = "default") -> words.Synonyms:
    """The staff's groups of equivalent expressions, as words; one query."""
    lines = Synonym.objects.using(using).values_list("expressions", flat=True).order_by("pk")
    return [[tuple(found) for part in line.split(",") if (found := words.content_words(part))] for line in lines]
