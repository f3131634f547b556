"""Dossiers in the admin: read, filter, and answer by a button."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import Mandate
from accounts.requests import AuthenticatedRequest
from catalogue.models import Session
from catalogue.sessions import in_force
from core.admin.actions import Button, ConfirmForm
from core.admin.consequences import Consequences
from core.admin.exports import ExportsAdmin, Table
from core.admin.filters import OpensOnFilter
from core.admin.journal import RecordsViews
from core.admin.read_only import ActingAdmin, ReadOnlyInline
from core.admin.versions import fingerprint
from core.french import day, hour
from enrolment import exports
from enrolment.dossiers import funding_staff as staff
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.decisions import ANSWERS, HELD_FOR, decided_from, last_decision
from enrolment.dossiers.effects import foreseen
from enrolment.dossiers.facts import without_mandate
from enrolment.dossiers.funding_staff import AgreementInline, MarkInline
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.transitions import TAKING_BACK, TRANSITIONS, allowed_from, label_of
from enrolment.dossiers.vocabulary import Role, Transition, TransitionName
from enrolment.funding import marks
from enrolment.funding.agreements import AgreementError
from enrolment.funding.marks import MarkError
from enrolment.models import Enrolment, EnrolmentEvent, State
from enrolment.reasons import REASON_FORMS, Act


class EventInline(ReadOnlyInline):
    model = EnrolmentEvent
    fields = readonly_fields = ("at", "by", "action", "source", "target", "reason")
    verbose_name_plural = "journal du dossier"

    @admin.display(description="action")
    def action(self, event: EnrolmentEvent) -> str:
        return label_of(event.transition)


class UpcomingFilter(OpensOnFilter):
    title = "session"
    parameter_name = "quand"
    opens_on = "a-venir"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-venir", "à venir"), ("passee", "passée")]

    def rows(self, queryset: QuerySet, value: str) -> QuerySet:
        """As a test of each row, not a join: the first page is read in the list's own order, and no further."""
        to_come = Session.objects.filter(pk=OuterRef("session"), start__gt=timezone.localdate())
        return queryset.filter(Exists(to_come) if value == "a-venir" else ~Exists(to_come))


class McfFilter(admin.SimpleListFilter):
    """Requests that wait for a proposal on Mon Compte Formation, as far as anybody has said."""

    title = "Mon Compte Formation"
    parameter_name = "mcf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-proposer", "proposition attendue de l'organisme")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=marks.to_propose()) if self.value() == "a-proposer" else queryset


class MandateFilter(admin.SimpleListFilter):
    """Requests to answer whose person is not known to be in office."""

    title = "mandat"
    parameter_name = "mandat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-verifier", "à vérifier (demandes à répondre)")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return without_mandate(queryset, timezone.localdate()) if self.value() == "a-verifier" else queryset


class EnrolmentAdmin(ExportsAdmin, RecordsViews, ActingAdmin):
    export_name = "dossiers"
    refusals = (RefusedError, MarkError, AgreementError)
    list_display = (
        "__str__",
        "state",
        "person",
        "last_days",
        "mandate_known",
        "training",
        "starts",
        "sent_at",
        "rights_used",
    )
    list_filter = ("state", UpcomingFilter, MandateFilter, McfFilter, "proof")
    search_fields = (
        "reference",
        "user__birth_name",
        "user__usual_name",
        "user__first_names",
        "session__training__title",
    )
    date_hierarchy = "sent_at"
    list_select_related = ("user", "session__training")
    inlines = (AgreementInline, MarkInline, EventInline)
    actions = ("accept_many", "refuse_many")
    fieldsets = (
        (None, {"fields": ("reference", "state", "user", "session", "mandate_known", "decision_reason", "decided_at")}),
        ("Envoi", {"fields": ("created_at", "sent_at", "proof", "last_day_to_send", "deadline_rule", "both_clocks")}),
        (
            "Financement",
            {
                "fields": (
                    ("funding", "accepts_mcf_risk", "sums_to_agree"),
                    ("price", "rights_agreed", "public_agreed", "rights_used"),
                )
            },
        ),
        (
            "Ce que la personne a envoyé",
            {
                "fields": (
                    ("birth_name", "usual_name", "first_names", "birth_date"),
                    ("email", "phone", "address"),
                    ("mandate", "mandate_place", "needs"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With what is known of the mandate: a key, since for an EXISTS PostgreSQL would read all mandates at once."""
        theirs = {"user": OuterRef("user")}
        confirmed = Mandate.objects.confirmed().filter(**theirs).order_by().values("pk")[:1]
        in_office = Mandate.objects.in_office(timezone.localdate()).filter(**theirs).values("pk")[:1]
        rows = super().get_queryset(request)
        known: QuerySet = rows.annotate(known=Subquery(confirmed), in_office=Subquery(in_office))
        return known

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "mandate_known", "both_clocks"]

    @admin.display(description="envoi jusqu'au", ordering="last_day_to_send")
    def last_days(self, enrolment: Enrolment) -> str:
        if enrolment.uses_dif:
            return in_force.clocks_in_brief(enrolment.session)
        return f"ici {in_force.last_day_to_send(enrolment.session):%d/%m/%Y}"

    @admin.display(description="derniers jours")
    def both_clocks(self, enrolment: Enrolment) -> str:
        return in_force.both_clocks(enrolment.session, timezone.localdate(), dif=enrolment.uses_dif)

    def export_table(self, request: HttpRequest, rows: QuerySet) -> Table:
        return exports.dossiers(rows)

    @admin.display(description="formation", ordering="session__training__title")
    def training(self, enrolment: Enrolment) -> str:
        return enrolment.session.training.title

    @admin.display(description="début", ordering="session__start")
    def starts(self, enrolment: Enrolment) -> date:
        return enrolment.session.start

    @admin.display(description="élu", ordering="user__birth_name")
    def person(self, enrolment: Enrolment) -> str:
        return str(enrolment.user or "Compte clos")

    @admin.display(description="mandat")
    def mandate_known(self, enrolment: Enrolment) -> str:
        if enrolment.in_office:  # type: ignore[attr-defined]
            return "reconnu"
        return "mandat terminé" if enrolment.known else "mandat à vérifier"  # type: ignore[attr-defined]

    def buttons(self, obj: Enrolment) -> list[Button]:
        from_here = [each for each in allowed_from(obj.state, Role.STAFF) if _leads_back(each, obj)]
        return [*(_button(transition) for transition in from_here), *staff.buttons_for(obj)]

    def bulk_buttons(self) -> list[Button]:
        return [_button(TRANSITIONS[name]) for name in (TransitionName.ACCEPT, TransitionName.REFUSE)]

    @admin.action(description="Accepter les demandes cochées", permissions=["change"])
    def accept_many(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, TransitionName.ACCEPT)

    @admin.action(description="Refuser les demandes cochées", permissions=["change"])
    def refuse_many(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, TransitionName.REFUSE)

    def about(self, obj: Enrolment) -> str:
        return f"{self.person(obj)} ({self.mandate_known(obj)}), {obj.session}"

    def version(self, obj: Enrolment) -> str:
        return fingerprint(obj, ("state", "decided_at", "rights_used"))

    def meanwhile(self, obj: Enrolment) -> str:
        last = obj.events.select_related("by").order_by("id").last()
        if last is None:
            return ""
        at = timezone.localtime(last.at)
        why = f" ({last.reason})" if last.reason else ""
        return f"{label_of(last.transition)}, par {last.by or 'le site'}, {day(at.date())} à {hour(at)}{why}."

    def consequences(self, request: Any, obj: Enrolment, button: Button, form: forms.Form) -> Consequences:
        if button.form_class in staff.FORMS:
            return staff.consequences(obj, button, form)
        line = TRANSITIONS[TransitionName(button.name)]
        reason = form.cleaned_data.get("reason", "") if form.is_bound else "[votre motif]"
        return Consequences(facts=foreseen(line, obj), mails=notifications.preview_of(line, obj, reason))

    def carry_out(self, request: AuthenticatedRequest, obj: Enrolment, button: Button, form: forms.Form) -> str:
        if button.form_class in staff.FORMS:
            return staff.carry_out(obj, request.user, button.name, form.cleaned_data)
        reason = form.cleaned_data.get("reason", "")
        now = timezone.now()
        name = TransitionName(button.name)
        held_for = HELD_FOR if name in ANSWERS else notifications.AT_ONCE
        given = {"role": Role.STAFF, "reason": reason, "held_for": held_for}
        done = workflow.perform(name, obj, request.user, now, **given)
        told = "Le mail part dans une minute." if held_for else "L'élu en est averti par mail."
        return f"{capfirst(State(done.state).words)}. {told}"


def _leads_back(transition: Transition, enrolment: Enrolment) -> bool:
    """Of the ways back from a decision only the one that it came by, while it can be taken; every other transition."""
    if transition.name == TransitionName.UNDO_ACCEPT:
        return notifications.is_unsaid(last_decision(enrolment))
    ended = enrolment.state in {State.REFUSED, State.CANCELLED}
    back = transition.name in TAKING_BACK and ended
    return transition.target == decided_from(enrolment) if back else True


def _button(line: Transition) -> Button:
    what = f"La demande devient « {line.target.label} »."
    form = REASON_FORMS[_act_of(line)] if line.needs_reason else ConfirmForm
    return Button(line.name, line.label, form, what, done=str(line.target.label))


def _act_of(line: Transition) -> Act:
    """The phrases that begin the reason of this transition."""
    return Act.TAKE_BACK if line.name in TAKING_BACK else Act(line.name.value)
