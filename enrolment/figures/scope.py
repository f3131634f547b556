"""What a figure is about: a year, and perhaps a subject, an intercommunalité, a month. Every figure starts here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Commune, Mandate
from accounts.places.localities import HOME
from catalogue.models import Session, Subject
from enrolment.models import Enrolment

NOWHERE = "aucune"
"""Instead of an intercommunalité: dossiers of people without a known mandate in a commune of the department."""
FIRST_YEAR = 2020


@dataclass(frozen=True)
class Scope:
    """*epci* is a SIREN or ``NOWHERE``; *month* 1 to 12, of requests alone."""

    year: int
    today: date
    subject: int | None = None
    epci: str = ""
    month: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: date) -> "Scope":
        """Read ``?annee=&theme=&epci=&mois=``; what makes no sense is as if absent."""
        year = _number(query.get("annee", ""), FIRST_YEAR, today.year + 1) or today.year
        epci = query.get("epci", "")
        known = epci == NOWHERE or (epci.isdecimal() and home_communes().filter(epci=epci).exists())
        subject = _number(query.get("theme", ""), 1, 10**9)
        return cls(year, today, subject, epci if known else "", _number(query.get("mois", ""), 1, 12))

    def address(self, **changes: Any) -> str:
        """The query string of this scope, changed so."""
        asked = replace(self, **changes)
        values = {"annee": asked.year, "theme": asked.subject, "epci": asked.epci, "mois": asked.month}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def is_whole(self) -> bool:
        """Whether it is a year and nothing narrower."""
        return not (self.subject or self.epci or self.month)

    @property
    def words(self) -> str:
        """« 2026 », « 2026, Urbanisme, CC Mellois en Poitou »."""
        parts = [f"{date(self.year, self.month, 1):%m/%Y}" if self.month else str(self.year)]
        if self.subject:
            parts += Subject.objects.filter(pk=self.subject).values_list("name", flat=True)
        if self.epci:
            parts.append(epcis().get(self.epci, "sans commune connue"))
        return ", ".join(parts)

    # Rows ---------------------------------------------------------------------------------------------

    def requests(self) -> QuerySet[Enrolment]:
        """The requests that left in the year."""
        first, after = (date(self.year, self.month or 1, 1), _after(self.year, self.month))
        sent = Enrolment.objects.filter(sent_at__gte=_midnight(first), sent_at__lt=_midnight(after))
        return self._of_people(self._of_subject(sent, "session__training__subject"))

    def sessions(self) -> QuerySet[Session]:
        """The sessions that began in the year, until today; of an intercommunalité: those held there."""
        every = Session.objects.filter(cancelled_at=None, start__year=self.year, start__lte=self.today)
        begun = self._of_subject(every, "training__subject")
        if self.epci == NOWHERE:
            return begun.exclude(place__commune__department=HOME)
        return begun.filter(place__commune__epci=self.epci) if self.epci else begun

    def dossiers_of_sessions(self) -> QuerySet[Enrolment]:
        """The dossiers of the sessions that began in the year, wherever they were held."""
        begun = Enrolment.objects.filter(
            session__cancelled_at=None, session__start__year=self.year, session__start__lte=self.today
        )
        return self._of_people(self._of_subject(begun, "session__training__subject"))

    def _of_subject(self, rows: QuerySet[Any], path: str) -> QuerySet[Any]:
        return rows.filter(**{path: self.subject}) if self.subject else rows

    def _of_people(self, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        if self.epci == NOWHERE:
            return rows.exclude(Exists(mandates_at_the_time()))
        return rows.filter(Exists(mandates_at_the_time().filter(commune__epci=self.epci))) if self.epci else rows


def mandates_at_the_time() -> QuerySet[Mandate]:
    """Of a dossier (``OuterRef``): the mandates that its person held when the session began, in the department."""
    day = OuterRef("session__start")
    held = Mandate.objects.confirmed().filter(user=OuterRef("user"), commune__department=HOME)
    return held.filter(Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gte=day))


def home_communes() -> QuerySet[Commune]:
    """The communes of the department."""
    return Commune.objects.filter(department=HOME)


def epcis() -> dict[str, str]:
    """The intercommunalités of the department: SIREN and name, by name."""
    rows = home_communes().exclude(epci="").order_by("epci_name").values_list("epci", "epci_name").distinct()
    return dict(rows)


def _after(year: int, month: int | None) -> date:
    return date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 and least <= int(text) <= most else None
