"""Finds anybody by what is said on the telephone: people, dossiers, mandates without an account, trainings, sessions.

Each member of staff finds what their role may see. At most eight questions to the database, whatever was typed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.contact import phones
from accounts.models import Commune, Mandate, MandateClaim, User
from catalogue.models import Session, Training
from catalogue.search import engine, statement, words
from core import french
from core.text import normalise
from enrolment.models import Enrolment
from enrolment.people.asked import Asked

MOST = 20
"""Results of one kind; who finds more types one word more."""
READ = 2000
"""Lines of the register that are read for one search: the first by name of those that one word speaks of."""
PREPARE = "enrolment.add_assistedenrolment"


@dataclass(frozen=True)
class Hit:
    """One result: a link, and what tells it from the next one."""

    title: str
    words: str
    page: str
    pk: object
    prepare: str = ""
    """The address where a dossier is opened for this person; empty when that is not for them, or not for this role."""

    @property
    def url(self) -> str:
        """The address of its page in the admin."""
        return reverse(f"admin:{self.page}_change", args=[self.pk])


@dataclass(frozen=True)
class Group:
    """The results of one kind. *more*: there are others, which are not shown."""

    title: str
    hits: list[Hit]
    more: bool = False


class Finder:
    """One search by one member of staff, on one day."""

    def __init__(self, asked: Asked, by: User, today: date) -> None:
        self.asked = asked
        self.by = by
        self.today = today

    def groups(self) -> list[Group]:
        """What was found, by kind; kinds without a result left out."""
        if self.asked.is_empty:
            return []
        groups = [
            self._group("Personnes", self.people, _person),
            self._group("Dossiers", self.dossiers, _dossier),
            self._group("Au répertoire des élus, sans compte", self.unheld, self._mandate),
            self._group("Sessions à venir", self.sessions, _session),
            self._group("Formations", self.trainings, _training),
        ]
        return [group for group in groups if group.hits]

    @staticmethod
    def _group[Row](title: str, rows: Sequence[Row], as_hit: Callable[[Row], Hit]) -> Group:
        return Group(title, [as_hit(row) for row in rows[:MOST]], more=len(rows) > MOST)

    def _may(self, permission: str) -> bool:
        return self.by.has_perm(permission)

    # People ----------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> list[User]:
        """Those whom every word, every telephone and every address typed is about; closed accounts have no words."""
        if not self._may("accounts.view_user"):
            return []
        held = Mandate.objects.filter(user__isnull=False).select_related("commune").order_by("start", "pk")
        return list(people_of(self.asked, self._places).prefetch_related(Prefetch("mandates", held))[: MOST + 1])

    @cached_property
    def _places(self) -> "Places":
        return places_of(self.asked) if self.asked.words else {}

    # The register ----------------------------------------------------------------------------------

    @cached_property
    def unheld(self) -> Sequence[Mandate]:
        """The mandates under way that no account holds, of whom every word typed speaks; a telephone finds none."""
        asked = self.asked
        if not self._may("accounts.view_mandate") or not asked.words or asked.figures or asked.mails:
            return []
        one_word = Q()
        for word in asked.words:
            one_word |= Q(name_key__contains=word) | _at(self._places[word])
        claimed = MandateClaim.objects.filter(mandate=OuterRef("pk"), answer=MandateClaim.Answer.YES)
        rows = Mandate.objects.running(self.today).filter(one_word, user=None).annotate(claimed=Exists(claimed))
        read = rows.select_related("commune").order_by("name_key", "pk")[:READ]
        return [each for each in read if _speaks_of(asked.words, each)][: MOST + 1]

    def _mandate(self, mandate: Any) -> Hit:
        place = mandate.place_name or _name(mandate.commune)
        said = "un compte le déclare : à confirmer" if mandate.claimed else "sans compte"
        facts = [mandate.function, place, f"au répertoire, {said}"]
        may = self._may(PREPARE) and not mandate.claimed
        url = f"{reverse('admin:enrolment_assistedenrolment_add')}?mandat={mandate.pk}" if may else ""
        who = f"{mandate.birth_name} {mandate.first_name}".strip() or "Sans nom"
        return Hit(who, " · ".join(filter(None, facts)), "accounts_mandate", mandate.pk, url)

    # Dossiers --------------------------------------------------------------------------------------

    @cached_property
    def dossiers(self) -> list[Enrolment]:
        """Those with the reference or the file number typed, and those of the people found, latest first."""
        if not self._may("enrolment.view_enrolment"):
            return []
        wanted = Q(user__in=[person.pk for person in self.people[:MOST]])
        if self.asked.reference:
            wanted |= Q(reference__startswith=self.asked.reference)
        for number in self.asked.figures:
            wanted |= Q(milestones__file_number__contains=number, milestones__undone_at=None)
        related = Enrolment.objects.filter(wanted).select_related("user", "session__training").distinct()
        return list(related.order_by("-created_at", "pk")[: MOST + 1])

    # Trainings -------------------------------------------------------------------------------------

    @cached_property
    def trainings(self) -> list[Training]:
        """Those whose words answer, published or not, as the search of the catalogue finds them."""
        if not self.asked.words or not self._may("catalogue.view_training"):
            return []
        query = words.parse(self.asked.typed, engine.glossary().synonyms)
        if not query:
            return []
        found = Training.objects.filter(pk__in=statement.holding(query))
        return list(found.order_by("title", "pk")[: MOST + 1])

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions to come of these trainings, the next one first."""
        if not self.trainings or not self._may("catalogue.view_session"):
            return []
        upcoming: QuerySet[Session] = Session.objects.upcoming(self.today).filter(training__in=self.trainings)
        return list(upcoming.select_related("training", "place__commune").order_by("start", "pk")[: MOST + 1])


type Places = dict[str, list[tuple[str | None, str]]]
"""By word typed, the places of mandates that have it in their name, as (commune, name of the place)."""


def people_of(asked: Asked, places: Places | None = None) -> QuerySet[User]:
    """The accounts whom every word, every telephone and every address typed is about; *places* if they are known."""
    places = places_of(asked) if places is None else places
    found = User.objects.exclude(found_by="")
    for word in asked.words:
        found = found.filter(Q(found_by__contains=f" {word}") | _in_office_at(places[word]))
    for part in (*asked.figures, *asked.mails):
        found = found.filter(found_by__contains=part)
    return found


def places_of(asked: Asked) -> Places:
    """Where each word typed may be said of; nothing is asked of the database without a word."""
    if not asked.words:
        return {}
    rows = Mandate.objects.order_by().values_list("commune", "place_name", "commune__name")
    named = {(commune, place): f" {normalise(f'{place} {name or ""}')}" for commune, place, name in rows.distinct()}
    return {word: [place for place, name in named.items() if f" {word}" in name] for word in asked.words}


def _in_office_at(places: Iterable[tuple[str | None, str]]) -> Q:
    """Whose mandate is at one of these places, as (commune, name of the place)."""
    mandates = Mandate.objects.filter(_at(places), user__isnull=False)
    return Q(pk__in=mandates.values("user")) if places else Q(pk__in=[])


def _at(places: Iterable[tuple[str | None, str]]) -> Q:
    """Of a mandate: at one of these places."""
    communes = {commune for commune, _ in places if commune}
    others = {place for commune, place in places if not commune}
    return Q(commune__in=communes) | Q(commune=None, place_name__in=others)


def _speaks_of(words: Iterable[str], mandate: Mandate) -> bool:
    """Whether each word begins one of the mandate's: name, first name, place."""
    name = normalise(mandate.birth_name)
    place = mandate.commune.name if mandate.commune else ""
    line = f" {name} {name.replace(' ', '')} {normalise(f'{mandate.first_name} {mandate.place_name} {place}')}"
    return all(f" {word}" in line for word in words)


# In words ------------------------------------------------------------------------------------------


def mandates_in_words(person: User) -> str:
    """« Maire, Niort » for each mandate that is known to be theirs."""
    return " ; ".join(f"{each.function}, {each.place_name or _name(each.commune)}" for each in person.mandates.all())


def _name(commune: Commune | None) -> str:
    return commune.name if commune else "?"


def _person(person: User) -> Hit:
    born = f", née {person.birth_name}" if person.sex == "F" else f", né {person.birth_name}"
    other = born if person.usual_name and person.usual_name != person.birth_name else ""
    shown = [phones.shown(number) for number in (person.mobile, person.landline) if number]
    staff = "personnel de l'ADM79" if person.is_staff else ""
    facts = [staff, mandates_in_words(person), person.city, " ou ".join(shown), person.email]
    return Hit(f"{person}{other}", " · ".join(filter(None, facts)), "accounts_user", person.pk)


def _dossier(dossier: Enrolment) -> Hit:
    session = dossier.session
    facts = [str(dossier.user or "Compte clos"), session.training.title, french.span(session.start, session.end)]
    return Hit(f"{dossier}, {dossier.get_state_display()}", " · ".join(facts), "enrolment_enrolment", dossier.pk)


def _session(session: Session) -> Hit:
    taken = f"{session.seats_taken} / {session.seats} places prises"
    title = f"{french.span(session.start, session.end)} : {session.training.title}"
    return Hit(title, f"{session.where} · {taken}", "catalogue_session", session.pk)


def _training(training: Training) -> Hit:
    facts = f"{training.get_status_display()} · {training.reference}"
    return Hit(training.title, facts, "catalogue_training", training.pk)
