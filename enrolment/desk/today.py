"""« Aujourd'hui »: what waits for ADM79's staff, each line opening exactly the rows that it counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.contact import bounces
from accounts.models import CorrectionRequest, IdentityCase, User
from catalogue.admin.figures import sessions_at
from catalogue.admin.lists import bodies_whose_approval_ends
from catalogue.demand import interests
from catalogue.models import Session
from catalogue.sessions.deadline import is_working_day
from catalogue.sessions.in_force import last_day_to_send
from core.french import day, plural
from core.models import OutgoingMail
from core.outbox import send_later
from enrolment.dossiers.facts import without_mandate
from enrolment.funding import edof, marks
from enrolment.identity_checks import standing
from enrolment.models import Enrolment, IdentityCheck, State

MORNING = 8
"""Hour, in Paris, from which the mail of the day's counts leaves."""


@dataclass(frozen=True)
class Line:
    """*count* of *title*, opened at *url*; *detail* is the sentence beside it."""

    title: str
    count: int
    url: str
    detail: str = ""
    act: str = ""
    """Where the rows are dealt with one after the other, if there is such a page."""


@dataclass(frozen=True)
class Source:
    """Where a line comes from: the permission to see it, its rows, the list that shows them, its sentence."""

    title: str
    permission: str
    rows: Callable[[date], QuerySet[Any]]
    page: str
    query: dict[str, str]
    detail: Callable[[QuerySet[Any], date], str] = lambda _rows, _today: ""
    act: str = ""

    def line(self, today: date) -> Line:
        """The line as it stands *today*."""
        rows = self.rows(today)
        count = rows.count()
        url = reverse(f"admin:{self.page}_changelist", query=self.query)
        act = reverse(self.act) if self.act else ""
        return Line(self.title, count, url, self.detail(rows, today) if count else "", act)


def to_answer(today: date) -> QuerySet[Enrolment]:
    """Requests that wait for ADM79's answer."""
    return Enrolment.objects.filter(state=State.SENT)


def to_note(today: date) -> QuerySet[Session]:
    """Sessions that began and where somebody's presence is still to be noted."""
    accepted = Enrolment.objects.filter(state=State.ACCEPTED).values("session")
    return Session.objects.filter(pk__in=accepted, start__lte=today, cancelled_at=None)


def _oldest(rows: QuerySet[Enrolment], today: date) -> str:
    sent = rows.aggregate(first=Min("sent_at"))["first"]
    days = (today - timezone.localdate(sent)).days
    return f"La plus ancienne attend depuis {plural(days, 'jour')}." if days else "Toutes d'aujourd'hui."


def _threatened(rows: QuerySet[IdentityCheck], today: date) -> str:
    first = rows.annotate(at_stake=standing.first_start_at_stake(today)).order_by("at_stake").filter(at_stake__gt=today)
    check = first.first()
    if check is None:
        return "Aucune inscription n'en dépend pour l'instant."
    return f"Une inscription doit partir au plus tard le {day(last_day_to_send(Session(start=check.at_stake)))}."


def _most_wanted() -> str:
    what, count, _ = interests.wanted()[0]
    return f"Le plus attendu : {what} ({plural(count, 'élu')})."


SOURCES = (
    Source(
        "Questions d'identité à régler",
        "accounts.view_identitycase",
        lambda _today: IdentityCase.objects.filter(settled_at=None, kind__in=IdentityCase.TO_DECIDE),
        "accounts_identitycase",
        {"settled_at__isempty": "1", "kind__in": ",".join(sorted(IdentityCase.TO_DECIDE))},
        lambda _rows, _today: "Le site ne décide pas entre deux preuves : ces personnes attendent votre appel.",
    ),
    Source(
        "Demandes auxquelles répondre",
        "enrolment.view_enrolment",
        to_answer,
        "enrolment_enrolment",
        {"state__exact": State.SENT.value, "o": "8"},
        _oldest,
        "admin:answers",
    ),
    Source(
        "Identités à vérifier",
        "enrolment.decide_identitycheck",
        lambda _today: IdentityCheck.objects.filter(status=IdentityCheck.Status.PENDING),
        "enrolment_identitycheck",
        {},
        _threatened,
    ),
    Source(
        "Demandes dont le mandat est à vérifier",
        "enrolment.view_enrolment",
        lambda today: without_mandate(Enrolment.objects.all(), today),
        "enrolment_enrolment",
        {"mandat": "a-verifier"},
    ),
    Source(
        "Propositions attendues sur Mon Compte Formation",
        "enrolment.view_enrolment",
        lambda _today: marks.to_propose(),
        "enrolment_enrolment",
        {"mcf": "a-proposer"},
        lambda _rows, _today: "L'organisme a deux jours ouvrés pour proposer, dans EDOF ; puis notez l'étape.",
    ),
    Source(
        "Sessions de la semaine",
        "catalogue.view_session",
        lambda today: sessions_at("semaine", today),
        "catalogue_session",
        {"moment": "semaine"},
    ),
    Source(
        "Présences à noter",
        "enrolment.change_enrolment",
        to_note,
        "catalogue_session",
        {"presence": "a-noter"},
    ),
    Source(
        "Écarts avec EDOF à regarder",
        "enrolment.view_edofdifference",
        lambda _today: edof.open_differences(),
        "enrolment_edofdifference",
        {"suite": "a-regler"},
    ),
    Source(
        "Sessions qui ferment bientôt, avec des places",
        "catalogue.view_session",
        lambda today: sessions_at("bientot", today),
        "catalogue_session",
        {"moment": "bientot"},
    ),
    Source(
        "Élus qui attendent une session",
        "catalogue.view_interest",
        lambda _today: interests.live(),
        "catalogue_interest",
        {"etat": "attend"},
        lambda _rows, _today: _most_wanted(),
    ),
    Source(
        "Corrections d'identité demandées",
        "accounts.view_correctionrequest",
        lambda _today: CorrectionRequest.objects.filter(status=CorrectionRequest.Status.PENDING),
        "accounts_correctionrequest",
        {"status__exact": CorrectionRequest.Status.PENDING.value},
    ),
    Source(
        "Mails qui n'ont pas pu partir",
        "core.view_outgoingmail",
        lambda _today: OutgoingMail.objects.exclude(given_up_at=None),
        "core_outgoingmail",
        {"etat": "abandon"},
        lambda _rows, _today: "Appelez ces personnes : leur adresse ne reçoit peut-être plus.",
    ),
    Source(
        "Personnes à appeler : leur mail n'arrive pas",
        "accounts.view_user",
        lambda _today: bounces.to_call(),
        "accounts_user",
        {"type": "a-appeler"},
        lambda _rows, _today: "Demandez-leur une autre adresse ; elles le lisent aussi à leur prochaine connexion.",
    ),
    Source(
        "Agréments qui se terminent",
        "catalogue.view_trainingbody",
        bodies_whose_approval_ends,
        "catalogue_trainingbody",
        {"agrement": "bientot"},
    ),
)
"""In the order of the day."""


def lines(user: User, today: date) -> Iterator[Line]:
    """What waits for somebody with the rights of *user*: only the lines that count something."""
    for source in SOURCES:
        if user.has_perm(source.permission):
            line = source.line(today)
            if line.count:
                yield line


def send_morning_mail(now: datetime) -> int:
    """On working days from eight on, once, the counts without a name. Return how many mails were asked for."""
    local = timezone.localtime(now)
    if not settings.DESK_MORNING_MAIL or local.hour < MORNING or not is_working_day(local.date()):
        return 0
    found = [source.line(local.date()) for source in SOURCES]
    counts = [{"title": line.title, "count": line.count} for line in found if line.count]
    context = {"lines": counts, "day": day(local.date()), "url": settings.SITE_URL + reverse("admin:index")}
    return int(send_later("desk/morning", settings.ADM79_EMAIL, context, key=f"desk:{local.date()}") is not None)
