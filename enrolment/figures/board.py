"""The figures of a year for the board: each with the list that it opens, in words that say what is counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import mean, median
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from catalogue.models import Subject
from core import french
from enrolment.figures import charts, reached
from enrolment.figures.lists import LISTS, FigureList, answered, days_waited, followed, steps_passed
from enrolment.figures.paths import PATHS, GuidedPath
from enrolment.figures.scope import FIRST_YEAR, NOWHERE, Scope, epcis, home_communes

MONEY = frozenset({"droits", "droits-vus", "droits-dits", "droits-non-dits"})


@dataclass(frozen=True)
class Figure:
    """One number: *value* as counted, *shown* as read, the list it opens, and a note."""

    title: str
    value: Any
    shown: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Numbers in rows and columns, each with the list that it opens, and their drawing."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]
    chart: SafeString


def list_url(each: FigureList, scope: Scope) -> str:
    """The page of the list in this scope."""
    return f"{reverse('admin:figures-list', args=[each.name])}?{scope.address()}"


def figure(name: str, scope: Scope, *, value: Any = None, note: str = "", title: str = "") -> Figure:
    """The number of a list; *value* when it is known already."""
    each = LISTS[name]
    found = each.total(scope) if value is None else value
    shown = french.euros(Decimal(found)) if name in MONEY else str(found)
    return Figure(title or each.title, found, shown, list_url(each, scope), note)


class Board:
    """All that the page of a year shows."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # In short -----------------------------------------------------------------------------------------

    def requests(self) -> list[Figure]:
        """What became of the requests sent in the year."""
        names = ("demandes", "acceptees", "refusees", "annulees", "sans-place", "a-repondre")
        return [figure(name, self.scope) for name in names]

    def sessions(self) -> list[Figure]:
        """Sessions held, seats, people."""
        seats, taken = figure("places", self.scope), figure("places-prises", self.scope)
        rate = f"{round(100 * taken.value / seats.value)} % des places offertes" if seats.value else ""
        return [figure("sessions", self.scope), seats, replace(taken, note=rate), figure("suivies", self.scope)]

    def people(self) -> list[Figure]:
        """Officials trained and communes reached."""
        every = home_communes().filter(**({"epci": self.scope.epci} if self.scope.epci else {})).count()
        of = f"sur {every} communes"
        return [
            figure("elus-formes", self.scope),
            figure("communes-atteintes", self.scope, note=of),
            figure("communes-jamais", self.scope, note=f"{of}, depuis toujours"),
        ]

    def rights(self) -> list[Figure]:
        """Rights used, by who says that they were paid."""
        notes = {"droits": "convenus ici, pour les formations suivies : Mon Compte Formation seul fait foi"}
        names = ("droits", "droits-vus", "droits-dits", "droits-non-dits")
        return [figure(name, self.scope, note=notes.get(name, "")) for name in names]

    def waiting(self) -> list[Figure]:
        """How long people wait for an answer."""
        rows = answered(self.scope).values_list("sent_at", "answered_at")
        days = sorted(days_waited(sent, at) for sent, at in rows)
        count = figure("repondues", self.scope, value=len(days))
        if not days:
            return [count]
        words = (
            f"attente médiane {french.plural(round(median(days)), 'jour')}, moyenne "
            f"{french.plural(round(mean(days)), 'jour')}, la plus longue {french.plural(days[-1], 'jour')}"
        )
        return [replace(count, note=words)]

    @property
    def groups(self) -> list[tuple[str, list[Figure]]]:
        """The numbers in short, by what they are about."""
        return [
            ("Les demandes", self.requests()),
            ("La réponse de l'ADM79", self.waiting()),
            ("Les sessions", self.sessions()),
            ("Les élus et les communes", self.people()),
            ("Les droits d'élu (DIF)", self.rights()),
        ]

    # In detail ----------------------------------------------------------------------------------------

    @property
    def tables(self) -> list[Table]:
        """Month by month, by subject, by intercommunalité, along the two paths."""
        narrow = [] if self.scope.subject else [self.by_subject()]
        narrow += [] if self.scope.epci else [self.by_epci()]
        return [self.by_month(), *narrow, *([] if not self.scope.is_whole else self.by_step())]

    def by_month(self) -> Table:
        """The requests of each month."""
        moments = self.scope.requests().values_list("sent_at", flat=True)
        counts = Counter(timezone.localtime(at).month for at in moments)
        months = [
            (month, capfirst(french.month(date(self.scope.year, month, 1))), counts[month]) for month in range(1, 13)
        ]
        rows = [
            (words, (figure("demandes", replace(self.scope, month=month), value=count),))
            for month, words, count in months
        ]
        return _table("mois", "Demandes envoyées, mois par mois", ("Mois", "Demandes envoyées"), rows)

    def by_subject(self) -> Table:
        """Requests, acceptances and trainings followed, by subject; the most asked for first."""
        path = "session__training__subject"
        names = ("demandes", "acceptees", "suivies")
        counted = {name: _grouped(LISTS[name].rows(self.scope), path) for name in names}
        known = dict(Subject.objects.filter(pk__in=set().union(*counted.values())).values_list("pk", "name"))
        order = sorted(known, key=lambda pk: (-counted["demandes"][pk], known[pk]))
        rows = [(known[pk], self._cells(names, counted, pk, replace(self.scope, subject=pk))) for pk in order]
        return _table("theme", "Par thème", ("Thème", *(LISTS[name].title for name in names)), rows)

    @staticmethod
    def _cells(names: Sequence[str], counted: Any, key: int | str, scope: Scope) -> tuple[Figure, ...]:
        return tuple(figure(name, scope, value=counted[name][key]) for name in names)

    def by_epci(self) -> Table:
        """The same by intercommunalité of the officials' communes, then those whose commune is not known."""
        asked, towns = ("demandes", "acceptees"), ("communes-atteintes", "communes-jamais")
        counted: dict[str, Counter[Any]] = {
            **{name: reached.by_epci(LISTS[name].rows(self.scope)) for name in asked},
            "elus-formes": reached.by_epci(followed(self.scope), "user"),
            **{name: _grouped(LISTS[name].rows(self.scope), "epci") for name in towns},
        }
        names = tuple(counted)
        rows = [
            (words, self._cells(names, counted, siren, replace(self.scope, epci=siren)))
            for siren, words in epcis().items()
        ]
        nobody = replace(self.scope, epci=NOWHERE)
        rows.append(("Sans commune connue des Deux-Sèvres", tuple(figure(name, nobody) for name in names)))
        title = "Par intercommunalité (mandats au jour de la session)"
        return _table("epci", title, ("Intercommunalité", *(LISTS[name].title for name in names)), rows)

    def by_step(self) -> list[Table]:
        """How many drafts passed each step, and how many of those before gave up."""
        passed = steps_passed(self.scope)
        return [self._funnel(path, passed) for path in PATHS]

    def _funnel(self, path: GuidedPath, passed: Counter[str]) -> Table:
        rows, before = [], 0
        for each in path.steps:
            count = passed[each.name]
            lost = f"{round(100 * (before - count) / before)} % de moins" if before > count else ""
            rows.append((each.title, (Figure(each.title, count, str(count), list_url(each, self.scope), lost),)))
            before = count
        title = f"Où l'on s'arrête : {path.title.lower()}"
        return _table(f"parcours-{path.kind}", title, ("Étape passée", "Saisies"), rows)

    @property
    def searches(self) -> Figure | None:
        """Searches without an answer; of a whole year alone."""
        if not self.scope.is_whole:
            return None
        least = "les mots que plusieurs ont cherchés, sans savoir qui"
        return figure("recherches", self.scope, note=least)

    @property
    def years(self) -> list[int]:
        """The years one may ask for, the latest first."""
        return list(range(max(self.scope.today.year, self.scope.year), FIRST_YEAR - 1, -1))


def _grouped(rows: Any, path: str) -> Counter[int]:
    found = rows.order_by().values(path).annotate(n=Count("pk", distinct=True)).values_list(path, "n")
    return Counter(dict(found))


def _table(name: str, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, tuple[Figure, ...]]]) -> Table:
    drawn = [(words, int(cells[0].value)) for words, cells in rows]
    return Table(title, columns, tuple(rows), charts.bars(f"chart-{name}", title, drawn))
