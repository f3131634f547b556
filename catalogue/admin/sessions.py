"""Sessions: seats at a glance, the deadline, duplication."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalogue.admin import figures
from catalogue.models import Session
from catalogue.sessions.in_force import clocks_in_brief, status_of
from catalogue.trainings.rules import MAX_SEATS, check_seats
from core.admin.actions import ButtonsAdmin
from core.admin.protection import is_protected

DUPLICATE_AFTER = timedelta(weeks=4)
"""A copy of a session is set so much later, on the same day of the week."""


class SessionForm(forms.ModelForm):
    """A session's own rules: a place or remote, an end after the start, 15 seats unless confirmed."""

    more_seats = forms.BooleanField(label=f"plus de {MAX_SEATS} places", required=False)

    class Meta:
        model = Session
        fields = ("training", "start", "end", "schedule", "place", "remote", "seats", "more_seats")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["more_seats"].initial = bool(self.instance.pk and self.instance.seats > MAX_SEATS)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if start and end and end < start:
            self.add_error("end", "Le dernier jour ne peut pas précéder le premier.")
        if "place" in self.fields and not given.get("remote") and not given.get("place"):
            self.add_error("place", "Choisissez un lieu, ou cochez « à distance ».")
        if given.get("seats") is not None:
            try:
                check_seats(given["seats"], self.instance.seats_taken, confirmed=bool(given.get("more_seats")))
            except ValidationError as error:
                self.add_error("seats", error)
        return given

    def changed_columns(self) -> list[str]:
        """What was changed here. The rest is not written: seats may be taken while staff type."""
        return [name for name in self.changed_data if name != "more_seats"]

    def save(self, commit: bool = True) -> Session:
        session: Session = self.instance
        if not commit or session._state.adding:
            super().save(commit)
        else:
            session.save(update_fields=self.changed_columns())
        return session


class SessionAdmin(ButtonsAdmin):
    """What the catalogue knows of a session; ``enrolment.desk`` registers it with what it knows of the dossiers."""

    form = SessionForm
    list_display: tuple[str, ...] = ("training", "dates", "where", "seats_bar", "requests", "last_days", "state")
    list_filter: ClassVar[Any] = (figures.SessionMoment, "remote", "training__subject", "training__body")
    list_select_related = ("training", "place__commune")
    search_fields = ("training__title", "training__reference", "place__name", "place__commune__name")
    date_hierarchy = "start"
    ordering = ("start", "id")
    autocomplete_fields = ("training", "place")
    actions: tuple[str, ...] = ("duplicate",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return figures.with_session_figures(super().get_queryset(request))

    @admin.display(description="dates", ordering="start")
    def dates(self, session: Session) -> str:
        first = f"{session.start:%d/%m/%Y}"
        return first if session.start == session.end else f"{first} → {session.end:%d/%m/%Y}"

    @admin.display(description="lieu", ordering="place__commune__name")
    def where(self, session: Session) -> str:
        return session.town

    @admin.display(description="places prises", ordering="seats_taken")
    def seats_bar(self, session: Session) -> str:
        return figures.fill(session.seats_taken, session.seats)

    @admin.display(description="demandes", ordering="requests")
    def requests(self, session: Any) -> int:
        return int(session.requests)

    @admin.display(description="demandes jusqu'au", ordering="start")
    def last_days(self, session: Session) -> str:
        return clocks_in_brief(session)

    @admin.display(description="état")
    def state(self, session: Session) -> str:
        return status_of(session, timezone.localdate()).label

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_columns() if change else None)

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and is_protected(obj))

    @admin.action(description="Dupliquer quatre semaines plus tard", permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset.order_by("pk"):
            duplicate_session(session, session.training_id, later=DUPLICATE_AFTER)
        messages.success(request, "Sessions dupliquées, sans inscrits : vérifiez leurs dates.")


def duplicate_session(session: Session, training_id: int, *, later: timedelta) -> Session:
    """A new session like this one, so much later, without participants."""
    kept = {name: getattr(session, name) for name in ("schedule", "place", "remote", "seats")}
    return Session.objects.create(training_id=training_id, start=session.start + later, end=session.end + later, **kept)
