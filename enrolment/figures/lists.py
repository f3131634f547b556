"""Every figure of the board is the length, or the sum, of a list that staff can open: here are the lists."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session, UnansweredSearch
from catalogue.search import unanswered
from core import french
from core.models import StepCount
from enrolment.dossiers.vocabulary import TransitionName
from enrolment.figures import reached
from enrolment.figures.scope import Scope
from enrolment.models import SEATED_STATES, Enrolment, EnrolmentEvent, Milestone, MilestoneMark, State

ANSWERS = (TransitionName.ACCEPT, TransitionName.REFUSE)
"""What ends a person's wait for ADM79."""
ZERO = Decimal(0)

type Row = Any
type Cell = tuple[str, str]
"""A text and the page that it leads to, or empty."""


@dataclass(frozen=True)
class FigureList:
    """A list: its rows in a scope, what its columns say of one, and what is added up, if it is not the rows."""

    name: str
    title: str
    rows: Callable[[Scope], QuerySet[Any]]
    columns: tuple[str, ...]
    cells: Callable[[Row], Sequence[Cell]]
    amount: str = ""
    """The name of what is added up (a field or an annotation); empty: the rows are counted."""
    letters: bool = False
    """Whether it serves to write to town halls: taken out as a spreadsheet too, without anybody's name."""

    def total(self, scope: Scope) -> Any:
        """The figure."""
        rows = self.rows(scope)
        if not self.amount:
            return rows.count()
        return rows.aggregate(total=Sum(self.amount))["total"] or 0


# Dossiers ------------------------------------------------------------------------------------------


def _dossier(row: Enrolment) -> list[Cell]:
    sent = french.day(timezone.localdate(row.sent_at), weekday=False) if row.sent_at else "—"
    url = reverse("admin:enrolment_enrolment_change", args=[row.pk])
    who = str(row.user) if row.user and row.user.is_active else "Compte clos"
    session = f"{row.session.training.title}, {french.span(row.session.start, row.session.end)}"
    return [(str(row), url), (who, ""), (session, ""), (row.get_state_display(), ""), (sent, "")]


DOSSIER = ("Dossier", "Élu", "Session", "État", "Envoyée le")


def _shown(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.select_related("user", "session__training").order_by("sent_at", "pk")


def _requests(*states: State) -> Callable[[Scope], QuerySet[Enrolment]]:
    return lambda scope: _shown(scope.requests().filter(state__in=states) if states else scope.requests())


def answered(scope: Scope) -> QuerySet[Any]:
    """The requests of the year that ADM79 has answered, with the moment of the first answer (``answered_at``)."""
    answers = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk"), transition__in=ANSWERS).order_by()
    first = answers.values("enrolment").annotate(at=Min("at")).values("at")
    return _shown(scope.requests().annotate(answered_at=Subquery(first)).exclude(answered_at=None))


def days_waited(sent: datetime, answer: datetime) -> int:
    """Whole days in Paris between the request and its answer; 0 the same day."""
    return (timezone.localdate(answer) - timezone.localdate(sent)).days


def _waited(row: Any) -> list[Cell]:
    return [*_dossier(row), (french.plural(days_waited(row.sent_at, row.answered_at), "jour"), "")]


def _seated(scope: Scope) -> QuerySet[Enrolment]:
    """Whoever held a seat in the sessions of the figure « places »."""
    return _shown(Enrolment.objects.filter(session__in=scope.sessions(), state__in=SEATED_STATES))


def followed(scope: Scope) -> QuerySet[Enrolment]:
    """The dossiers of trainings that were followed."""
    return _shown(scope.dossiers_of_sessions().filter(state=State.ATTENDED))


def _using_rights(said: bool | None = None) -> Callable[[Scope], QuerySet[Enrolment]]:
    """Trainings followed on the DIF; *said*: the payment was seen by ADM79 (True), said by the person, or by nobody."""

    def rows(scope: Scope) -> QuerySet[Enrolment]:
        paid = MilestoneMark.objects.filter(
            enrolment=OuterRef("pk"), milestone=Milestone.PAID, passed=True, undone_at=None
        )
        used = followed(scope).filter(rights_used__gt=0)
        if said is None:
            return used
        return used.filter(Exists(paid.filter(by_staff=said)))

    return rows


def _nothing_said(scope: Scope) -> QuerySet[Enrolment]:
    paid = MilestoneMark.objects.filter(enrolment=OuterRef("pk"), milestone=Milestone.PAID, passed=True, undone_at=None)
    return followed(scope).filter(rights_used__gt=0).exclude(Exists(paid))


def _rights(row: Enrolment) -> list[Cell]:
    return [*_dossier(row), (french.euros(row.rights_used), "")]


# Sessions ------------------------------------------------------------------------------------------


def _sessions(scope: Scope) -> QuerySet[Session]:
    return scope.sessions().select_related("training", "place__commune").order_by("start", "pk")


def _session(row: Session) -> list[Cell]:
    url = reverse("admin:catalogue_session_change", args=[row.pk])
    when = french.span(row.start, row.end)
    return [(row.training.title, url), (when, ""), (row.where, ""), (f"{row.seats_taken} / {row.seats}", "")]


RIGHTS = (*DOSSIER, "Droits")
COMMUNE = ("Commune", "Où écrire", "Intercommunalité", "Habitants", "Élus inscrits ici")


# Searches and steps --------------------------------------------------------------------------------


def _searches(scope: Scope) -> QuerySet[UnansweredSearch]:
    return unanswered.shown().filter(year=scope.year).order_by("-times", "terms")


def _search(row: UnansweredSearch) -> list[Cell]:
    return [(row.terms, ""), (french.day(row.last_on, weekday=False), ""), (str(row.times), "")]


def steps_passed(scope: Scope) -> Counter[str]:
    """How many drafts passed each step in the year, by the name of the step's list; one query."""
    passed = StepCount.objects.filter(day__year=scope.year).order_by().values_list("path", "step")
    return Counter({_step_name(path, step): times for path, step, times in passed.annotate(n=Sum("times"))})


def _step_name(path: str, step: str) -> str:
    return f"etape-{path}-{step}"


def step_list(path: str, step: str, title: str) -> FigureList:
    """The days on which drafts passed one step of a path."""
    return FigureList(
        _step_name(path, step),
        title,
        lambda scope: StepCount.objects.filter(path=path, step=step, day__year=scope.year).order_by("day"),
        ("Jour", "Passages"),
        lambda row: [(french.day(row.day), ""), (str(row.times), "")],
        amount="times",
    )


LISTS = {
    each.name: each
    for each in (
        FigureList("demandes", "Demandes envoyées", _requests(), DOSSIER, _dossier),
        FigureList(
            "acceptees",
            "Demandes acceptées",
            _requests(State.ACCEPTED, State.ATTENDED, State.ABSENT),
            DOSSIER,
            _dossier,
        ),
        FigureList("refusees", "Demandes refusées", _requests(State.REFUSED), DOSSIER, _dossier),
        FigureList("annulees", "Demandes annulées", _requests(State.CANCELLED), DOSSIER, _dossier),
        FigureList("a-repondre", "Demandes à répondre", _requests(State.SENT), DOSSIER, _dossier),
        FigureList(
            "sans-place",
            "Demandes en liste d'attente, ou restées sans place",
            _requests(State.WAITING, State.LAPSED),
            DOSSIER,
            _dossier,
        ),
        FigureList("repondues", "Demandes répondues", answered, (*DOSSIER, "Attente"), _waited),
        FigureList("sessions", "Sessions tenues", _sessions, ("Formation", "Quand", "Où", "Places prises"), _session),
        FigureList(
            "places", "Places offertes", _sessions, ("Formation", "Quand", "Où", "Places prises"), _session, "seats"
        ),
        FigureList("places-prises", "Places prises", _seated, DOSSIER, _dossier),
        FigureList("suivies", "Formations suivies", followed, DOSSIER, _dossier),
        FigureList("elus-formes", "Élus formés", reached.trained, ("Élu", "Mandats"), reached.person),
        FigureList(
            "communes-atteintes",
            "Communes atteintes dans l'année",
            lambda scope: reached.with_code(reached.communes(scope, ever=False, reached=True)),
            COMMUNE,
            reached.commune,
        ),
        FigureList(
            "communes-jamais",
            "Communes jamais atteintes",
            lambda scope: reached.with_code(reached.communes(scope, ever=True, reached=False)),
            COMMUNE,
            reached.commune,
            letters=True,
        ),
        FigureList("droits", "Droits mobilisés", _using_rights(), RIGHTS, _rights, "rights_used"),
        FigureList(
            "droits-vus",
            "dont payés, vu par l'ADM79",
            _using_rights(True),
            RIGHTS,
            _rights,
            "rights_used",
        ),
        FigureList(
            "droits-dits",
            "dont payés, dit par l'élu",
            _using_rights(False),
            RIGHTS,
            _rights,
            "rights_used",
        ),
        FigureList(
            "droits-non-dits",
            "dont personne n'a dit s'ils sont payés",
            _nothing_said,
            RIGHTS,
            _rights,
            "rights_used",
        ),
        FigureList(
            "recherches",
            "Recherches qui n'ont rien trouvé",
            _searches,
            ("Mots", "La dernière fois", "Fois"),
            _search,
            "times",
        ),
    )
}
