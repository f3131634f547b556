"""The results of a search as their page shows them: one query whatever their number, one for subjects and synonyms."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property
from django.utils.text import capfirst

from catalogue.models import Subject, Training, address_of, where
from catalogue.search import statement, suggestions
from catalogue.search.engine import MODES, PAGE_SIZE, Criteria, Search
from catalogue.search.statement import Results, Row
from catalogue.search.suggestions import Suggestion
from catalogue.sessions.in_force import both_clocks_before, last_day_before, leaf_before
from core import french, leaves
from core.leaves import Leaf

MONTHS_AHEAD = 12
FEW_SEATS = 5
NEXT_DATES = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One training in a list, its values written."""

    url: str
    title: str
    body: str
    subject: str
    duration: str
    price: str
    when: str
    where: str
    last_day: str
    leaf: Leaf | None
    clocks: str
    seats: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter."""

    value: str
    label: str
    selected: bool


class SearchPage:
    """What the search page shows for one search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.criteria = search.criteria

    @cached_property
    def results(self) -> Results:
        return statement.results(self.search)

    @cached_property
    def cards(self) -> list[Card]:
        return [card(found, self.search.today) for found in self.results.hits]

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """What to try instead, when nothing was found."""
        return [] if self.results.total else suggestions.instead_of(self.search)

    @cached_property
    def nearest(self) -> list[Card]:
        """When nothing was found: the trainings of the first suggestion."""
        hits = self.suggestions[0].hits if self.suggestions else []
        return [card(found, self.search.today) for found in hits]

    @cached_property
    def next_dates(self) -> list[Card]:
        """When no training answers, nor any like it: the next ones that still take requests."""
        if self.results.total or self.suggestions:
            return []
        search = Search(Criteria(open_only=True), self.search.today, self.search.rights, self.search.using)
        return [card(found, search.today) for found in statement.results(search).hits[:NEXT_DATES]]

    @property
    def themes(self) -> list[Choice]:
        """The subjects in which there is something, when nothing answers: what the words may have been about."""
        held = Subject.objects.filter(trainings__status=Training.Status.PUBLISHED).order_by("name").distinct()
        return [Choice(f"?theme={pk}", name, False) for pk, name in held.values_list("pk", "name")]

    @cached_property
    def may_wait(self) -> bool:
        """Whether nothing was found and no session is open for these words and this place: one may ask to be told."""
        asked = Criteria(q=self.criteria.q, place=self.criteria.place, open_only=True)
        if self.results.total or asked == Criteria(open_only=True) or self.unknown_place:
            return False
        return not statement.results(Search(asked, self.search.today, using=self.search.using)).total

    @property
    def unknown_place(self) -> bool:
        """Whether « Localisation » names no commune that we know."""
        return bool(self.criteria.place) and self.search.locality is None

    @property
    def why(self) -> str:
        """What narrowed the search down to nothing."""
        asked = self.criteria
        limits = [self.search.locality.around] if self.search.locality else []
        limits += [french.month(date(int(asked.month[:4]), int(asked.month[5:]), 1))] if asked.month else []
        limits += ["vos droits"] if asked.within_rights else []
        limits += ["les autres filtres"] if asked.subject or asked.mode or asked.open_only else []
        return f"Elle est limitée par : {', '.join(limits)}." if limits else ""

    @cached_property
    def count(self) -> str:
        """« 12 formations », « Aucune formation »."""
        total = self.results.total
        return french.plural(total, "formation") if total else "Aucune formation"

    @cached_property
    def title(self) -> str:
        """The page's name: says what was looked for and which page of the results this is."""
        parts = [f"« {self.criteria.q} »"] if self.criteria.q else []
        parts += ["Chercher une formation"]
        parts += [f"page {self.results.page} sur {self.results.pages}"] if self.results.page > 1 else []
        return " – ".join(parts)

    @property
    def previous_url(self) -> str:
        page = self.results.page
        return f"?{self.criteria.address(page=page - 1)}" if page > 1 else ""

    @property
    def next_url(self) -> str:
        page = self.results.page
        return f"?{self.criteria.address(page=page + 1)}" if page * PAGE_SIZE < self.results.total else ""

    @property
    def subjects(self) -> tuple[Choice, ...]:
        return tuple(Choice(str(pk), name, pk == self.criteria.subject) for pk, name in self.search.glossary.subjects)

    @property
    def months(self) -> tuple[Choice, ...]:
        """The current month and those that follow; the one asked for too, when it is another."""
        first = self.search.today.replace(day=1)
        ahead = [_months_after(first, number) for number in range(MONTHS_AHEAD)]
        asked = self.criteria.month
        if asked and asked not in {f"{each:%Y-%m}" for each in ahead}:
            ahead = sorted([*ahead, date(int(asked[:4]), int(asked[5:]), 1)])
        return tuple(Choice(f"{each:%Y-%m}", french.month(each), f"{each:%Y-%m}" == asked) for each in ahead)

    @property
    def modes(self) -> tuple[Choice, ...]:
        return tuple(Choice(value, label, value == self.criteria.mode) for value, label in MODES.items())

    @property
    def rights(self) -> str:
        return french.euros(self.search.rights) if self.search.rights is not None else ""


def _months_after(first: date, number: int) -> date:
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)


def card(found: Row, today: date) -> Card:
    """The card of a training found."""
    when = place = last_day = clocks = seats = ""
    leaf = None
    if found.start and found.end:
        when = french.span(found.start, found.end)
        place = capfirst(where(found.commune, remote=bool(found.remote)))
        leaf = leaves.event(found.start, today, "formation")
    if found.start and found.next_open:
        day = last_day_before(found.start)
        last_day, leaf = french.day(day), leaf_before(found.start, today)
        clocks = both_clocks_before(found.start, today)
        left = found.seats - found.seats_taken
        seats = french.plural(left, "place") if left <= FEW_SEATS else ""
    return Card(
        url=address_of(found.reference),
        title=found.title,
        body=found.body,
        subject=found.subject,
        duration=french.duration(found.duration_days, found.duration_hours),
        price=french.euros(found.price),
        when=when,
        where=place,
        last_day=last_day,
        leaf=leaf,
        clocks=clocks,
        seats=seats,
    )
