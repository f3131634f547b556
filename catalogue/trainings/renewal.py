"""« Reprendre »: last year's trainings become this year's drafts, each in a transaction of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from catalogue.models import FormerReference, Renewal, SchoolHoliday, Session, Training
from catalogue.trainings import year_dates
from catalogue.trainings.year_dates import Break, Proposal
from core.text import fold

SHORT = 32
"""A proposed reference has at most so many characters: it is typed from paper."""
EMPTY_WORDS = frozenset(
    (
        *(
            "a",
            "au",
            "aux",
            "avec",
            "ce",
            "ces",
            "d",
            "dans",
            "de",
            "des",
            "du",
            "elle",
            "en",
            "entre",
            "et",
            "il",
            "l",
        ),
        *("la", "le", "les", "leur", "ou", "par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur"),
        *("un", "une", "votre", "vos"),
    )
)
"""What a reference does without."""


@dataclass(frozen=True)
class Candidate:
    """A training of last year: its sessions with the days proposed, and the renewal that already takes it up."""

    training: Training
    sessions: tuple[tuple[Session, Proposal], ...]
    renewal: Renewal | None


def breaks() -> list[Break]:
    """The school holidays that staff recorded."""
    rows = SchoolHoliday.objects.order_by("first_day", "pk")
    return [Break(row.name, row.first_day, row.last_day) for row in rows]


def years_with_sessions() -> list[int]:
    """The years that have sessions to take up, the latest first."""
    return [day.year for day in Session.objects.filter(cancelled_at=None).dates("start", "year", order="DESC")]


def candidates(year: int) -> Iterator[Candidate]:
    """The trainings that had sessions in *year*, to be taken up for the next."""
    known = breaks()
    taken = {row.source_id: row for row in Renewal.objects.filter(year=year + 1).select_related("training")}
    for training in _of_year(year):
        pairs = [(each, year_dates.propose(each.start, each.end, known)) for each in training.sessions.all()]
        yield Candidate(training, tuple(pairs), taken.get(training.pk))


def _of_year(year: int) -> QuerySet[Training]:
    held = Session.objects.filter(start__year=year, cancelled_at=None)
    shown = held.select_related("place__commune").order_by("start", "pk")
    trainings = Training.objects.filter(pk__in=held.values("training")).select_related("body", "subject")
    return trainings.prefetch_related(Prefetch("sessions", shown)).order_by("title", "pk")


def take_up(year: int, wanted: Iterable[int]) -> tuple[int, int]:
    """Take up trainings of *year* for the next, with their sessions on the days proposed.

    Return how many became drafts, and how many had been taken up before.
    """
    chosen = set(wanted)
    done = before = 0
    for candidate in candidates(year):
        if candidate.training.pk in chosen:
            made = candidate.renewal is None and _take_up(candidate, year + 1)
            done, before = done + made, before + (not made)
    return done, before


def _take_up(candidate: Candidate, year: int) -> bool:
    """One training, in one transaction; False when somebody else has just done it."""
    try:
        with transaction.atomic():
            copy = _draft_of(candidate.training, year)
            for session, days in candidate.sessions:
                kept = {name: getattr(session, name) for name in ("schedule", "place", "remote", "seats")}
                Session.objects.create(training=copy, start=days.start, end=days.end, **kept)
            Renewal.objects.create(source=candidate.training, year=year, training=copy)
    except IntegrityError:
        if Renewal.objects.filter(source=candidate.training, year=year).exists():
            return False
        raise
    return True


def _draft_of(training: Training, year: int) -> Training:
    """A draft with the same texts under a reference of its own, without the address on Mon Compte Formation."""
    copy: Training = Training.objects.get(pk=training.pk)
    copy.pk = None
    copy._state.adding = True
    copy.reference = propose_reference(training.title, year)
    copy.status = Training.Status.DRAFT
    copy.mcf_url = ""
    copy.replaced_by = None
    copy.save()
    copy.trainers.set(training.trainers.order_by("pk"))
    return copy


def propose_reference(title: str, year: int) -> str:
    """A short, readable reference that no training bears or bore.

    « Les finances de la commune » gives ``finances-commune``, then ``finances-commune-2027``, ``…-2027-2``.
    """
    stem = reference_stem(title)
    taken = set(Training.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    taken |= set(FormerReference.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    tries = [stem, f"{stem}-{year}", *(f"{stem}-{year}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)


def reference_stem(title: str) -> str:
    """The words of a title that say something, as many as are short."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in fold(title)).split()
    telling = [word for word in words if word not in EMPTY_WORDS] or words or ["formation"]
    stem = telling[0][:SHORT]
    for word in telling[1:]:
        if len(stem) + 1 + len(word) > SHORT:
            break
        stem += f"-{word}"
    return stem


def drafts(year: int) -> QuerySet[Renewal]:
    """What was taken up for *year*, with all that the grid shows, in the order of the grid."""
    sessions = Session.objects.filter(cancelled_at=None).select_related("place__commune").order_by("start", "pk")
    rows = Renewal.objects.filter(year=year).select_related("training__body", "training__subject", "source")
    held = Session.objects.filter(start__year=year - 1, cancelled_at=None).order_by("start", "pk")
    return rows.prefetch_related(
        Prefetch("training__sessions", sessions), Prefetch("source__sessions", held, "sessions_before")
    ).order_by("pk")


def default_year(today: date | None = None) -> int:
    """The year whose trainings one takes up now: this one from the summer on, the last before."""
    day = today or timezone.localdate()
    return day.year if day.month >= 7 else day.year - 1
