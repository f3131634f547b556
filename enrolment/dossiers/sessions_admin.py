"""Sessions as they concern dossiers: cancelled or moved with all of them, in one transaction."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.requests import AuthenticatedRequest
from catalogue.sessions.session_status import has_begun
from core.admin.actions import ActingAdmin, Button, ReadOnlyInline, ReasonForm
from core.forms.base import BaseForm
from enrolment.dossiers import session_changes
from enrolment.dossiers.refusals import RefusedError
from enrolment.models import Enrolment, SessionAffair, State


class MoveForm(BaseForm):
    """The new dates."""

    start = forms.DateField(label="Premier jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    end = forms.DateField(label="Dernier jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DossierInline(ReadOnlyInline):
    model = Enrolment
    fields = readonly_fields = ("reference", "user", "state", "sent_at", "rights_used")
    show_change_link = True


@admin.register(SessionAffair)
class SessionAffairAdmin(ActingAdmin):
    refusals = (RefusedError,)
    list_display = ("training", "start", "place", "seats", "seats_taken", "waiting", "cancelled_at")
    list_filter = ("start",)
    search_fields = ("training__title",)
    list_select_related = ("training", "place__commune")
    inlines = (DossierInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        line = Count("enrolments", filter=Q(enrolments__state=State.WAITING))
        return super().get_queryset(request).annotate(in_line=line)

    @admin.display(description="en attente")
    def waiting(self, session: SessionAffair) -> int:
        return session.in_line  # type: ignore[attr-defined]

    def buttons(self, obj: SessionAffair) -> list[Button]:
        if obj.cancelled_at or has_begun(obj.start, timezone.localdate()):
            return []
        cancel = "Toutes les demandes sont annulées, les droits rendus, et chacun est averti par mail."
        move = "Chacun est averti par mail. Les demandes déjà envoyées restent valables telles quelles."
        return [
            Button("move", "Déplacer la session", MoveForm, move),
            Button("cancel", "Annuler la session", ReasonForm, cancel),
        ]

    def carry_out(self, request: AuthenticatedRequest, obj: SessionAffair, button: Button, form: forms.Form) -> str:
        given, now = form.cleaned_data, timezone.now()
        if button.name == "cancel":
            told = session_changes.cancel_session(obj, request.user, now, given["reason"])
            return f"Session annulée. Demandes annulées : {told}."
        told = session_changes.move_session(obj, given["start"], given["end"], request.user, now)
        return f"Session déplacée. Personnes averties : {told}."
