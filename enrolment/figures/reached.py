"""Whom the trainings reached: the officials, and the communes of their mandates; rows and cells of their lists."""

from collections import Counter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Commune, Mandate, PostalCode, User
from accounts.places.localities import HOME
from enrolment.figures.scope import Scope, home_communes
from enrolment.models import Enrolment, State

type Cells = list[tuple[str, str]]
"""Of each column, a text and the page that it leads to, or empty."""


def trained(scope: Scope) -> QuerySet[User]:
    """The officials who followed a training, with their mandates."""
    followed_by = scope.dossiers_of_sessions().filter(state=State.ATTENDED).exclude(user=None)
    people = User.objects.filter(pk__in=followed_by.values("user")).order_by("birth_name", "first_names", "pk")
    return people.prefetch_related("mandates__commune")


def person(row: User) -> Cells:
    """An official and their places."""
    url = reverse("admin:accounts_user_change", args=[row.pk])
    places = [str(each.commune or each.place_name) for each in row.mandates.all()]
    return [(str(row) if row.is_active else "Compte clos", url), (", ".join(dict.fromkeys(places)) or "—", "")]


def communes(scope: Scope, *, ever: bool, reached: bool) -> QuerySet[Commune]:
    """Communes of the department, by whether somebody with a mandate there followed a training in time."""
    dossiers = Enrolment.objects.filter(
        state=State.ATTENDED,
        session__cancelled_at=None,
        session__start__lte=scope.today,
        session__start__year__lte=scope.year,
    )
    if not ever:
        dossiers = dossiers.filter(session__start__year=scope.year)
    if scope.subject:
        dossiers = dossiers.filter(session__training__subject=scope.subject)
    there = dossiers.filter(_elected_in(OuterRef("pk"), "commune"))
    every = home_communes()
    if scope.epci:
        every = every.filter(epci=scope.epci)
    return every.filter(Exists(there)) if reached else every.exclude(Exists(there))


def by_epci(dossiers: QuerySet[Enrolment], counted: str = "pk") -> Counter[str]:
    """How many of *dossiers* (or of their users) there are of each intercommunalité of the department, in one query.

    A dossier counts for every intercommunalité where its person held a mandate when the session began.
    """
    here = dossiers.filter(_elected_in(HOME, "commune__department")).order_by()
    grouped = here.values_list("user__mandates__commune__epci").annotate(n=Count(counted, distinct=True))
    return Counter(dict(grouped))


def _elected_in(where: Any, of: str) -> Q:
    """Of a dossier: when the session began, its person held a mandate in *where*, *of* being a path from a mandate."""
    path, day = "user__mandates__", F("session__start")
    held = Q(**{f"{path}{of}": where, f"{path}status": Mandate.Status.CONFIRMED})
    begun = Q(**{f"{path}start": None}) | Q(**{f"{path}start__lte": day})
    return held & begun & (Q(**{f"{path}end": None}) | Q(**{f"{path}end__gte": day}))


def with_code(rows: QuerySet[Commune]) -> QuerySet[Any]:
    """*rows* with what it takes to write to their town hall, and how many of their officials have an account."""
    codes = PostalCode.objects.filter(commune=OuterRef("pk")).order_by("code").values("code")[:1]
    people = Mandate.objects.confirmed().filter(commune=OuterRef("pk")).order_by().values("commune")
    holders = people.annotate(n=Count("user", distinct=True)).values("n")
    return rows.annotate(code_to_write=Subquery(codes), accounts=Coalesce(Subquery(holders), 0)).order_by(
        "name", "code"
    )


def commune(row: Any) -> Cells:
    """A commune of ``with_code``."""
    hall = f"Mairie, {row.code_to_write or '—'} {row.name}"
    return [(row.name, ""), (hall, ""), (row.epci_name or "—", ""), (str(row.population), ""), (str(row.accounts), "")]
