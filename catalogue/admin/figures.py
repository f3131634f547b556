"""Seats, requests and fill rate of the lists, counted in the list's own query."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.models import Session
from catalogue.sessions.in_force import first_open_start
from catalogue.sessions.requests import waiting_requests
from core.admin.filters import EVERYTHING, OpensOnFilter

CLOSING_DAYS = 7
"""A session that stops taking requests within so many days « ferme bientôt »."""


def with_session_figures(sessions: QuerySet[Session]) -> QuerySet[Any]:
    """Add ``requests``: those that wait for an answer."""
    return sessions.annotate(requests=waiting_requests())


def with_training_figures(trainings: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Add to trainings, over their sessions to come: ``next_start``, ``all_seats``, ``all_taken``, ``requests``."""
    upcoming = Session.objects.upcoming(today).filter(training=OuterRef("pk")).order_by().values("training")
    asked = upcoming.alias(asked=waiting_requests())  # no annotation: the sum would be told apart by it
    counted: QuerySet[Any] = trainings.annotate(
        next_start=Subquery(upcoming.annotate(n=Min("start")).values("n")),
        all_seats=Coalesce(Subquery(upcoming.annotate(n=Sum("seats")).values("n")), 0),
        all_taken=Coalesce(Subquery(upcoming.annotate(n=Sum("seats_taken")).values("n")), 0),
        requests=Coalesce(Subquery(asked.annotate(n=Sum("asked")).values("n")), 0),
    )
    return counted


def fill(taken: int, seats: int) -> SafeString | str:
    """« 8 / 15 » and the rate as a bar."""
    if not seats:
        return "—"
    rate = round(100 * taken / seats)
    bar = '<span class="fill">{} / {} <meter min="0" max="{}" value="{}"></meter> {} %</span>'
    return format_html(bar, taken, seats, seats, taken, rate)


class SessionMoment(OpensOnFilter):
    """How staff look for sessions: this month, not full, closing soon, to come, past."""

    title = "moment"
    parameter_name = "moment"
    opens_on = "a-venir"
    path = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("semaine", "cette semaine"),
            ("mois", "ce mois-ci"),
            ("ouvertes", "ouvertes et non complètes"),
            ("bientot", f"ferment d'ici {CLOSING_DAYS} jours"),
            ("completes", "complètes"),
            ("a-venir", "en cours et à venir"),
            ("passees", "passées"),
        ]

    def rows(self, queryset: QuerySet, value: str) -> QuerySet:
        today = timezone.localdate()
        if not self.path:
            return sessions_at(value, today, queryset)
        return queryset.filter(pk__in=sessions_at(value, today).values(self.path))


def sessions_at(moment: str, today: date, among: Any = None) -> QuerySet[Session]:
    """The sessions of one of the moments of ``SessionMoment``; *among* a query of sessions, or all."""
    every = Session.objects.all() if among is None else among
    opening = first_open_start(today)
    monday = today - timedelta(days=today.weekday())
    match moment:
        case "semaine":
            return every.filter(cancelled_at=None, start__lte=monday + timedelta(days=6), end__gte=monday)
        case "mois":
            return every.filter(start__year=today.year, start__month=today.month)
        case "ouvertes":
            return every.of_published().open_from(opening)
        case "bientot":
            soon = first_open_start(today + timedelta(days=CLOSING_DAYS))
            return every.of_published().open_from(opening).filter(start__lt=soon)
        case "completes":
            return every.of_published().full_from(opening)
        case "a-venir":
            return every.filter(cancelled_at=None, end__gte=today)
        case _:
            return every.begun(today)


class TrainingMoment(SessionMoment):
    """The same, for the trainings that have such a session."""

    title = "sessions"
    opens_on = EVERYTHING
    path = "training"


class HasMcfLink(admin.SimpleListFilter):
    """Trainings with or without their address on Mon Compte Formation."""

    title = "lien Mon Compte Formation"
    parameter_name = "mcf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("sans", "sans lien"), ("avec", "avec lien")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "sans":
            return queryset.filter(mcf_url="")
        return queryset.exclude(mcf_url="") if self.value() == "avec" else queryset
