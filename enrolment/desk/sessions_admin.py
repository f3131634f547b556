"""One page a session: who comes and who waits, and all the acts by which what people agreed to may change."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.requests import AuthenticatedRequest
from catalogue.admin.sessions import SessionAdmin
from catalogue.models import Place, Session, Training
from core.admin.actions import Button
from core.admin.consequences import Consequences
from core.admin.exports import file_response, journal_export
from core.admin.journal import RecordsViews
from core.admin.versions import digest, fingerprint
from core.forms.base import BaseForm
from core.forms.dates import DayField
from core.french import plural
from enrolment import exports
from enrolment.desk import foresight, mailings, month, presence, session_page, sheets
from enrolment.desk.presence import PresenceForm
from enrolment.desk.today import to_note
from enrolment.dossiers import session_changes
from enrolment.dossiers.facts import dossiers_in
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.session_changes import Terms
from enrolment.models import Enrolment, State
from enrolment.reasons import REASON_FORMS, Act

AGREED = ("training", "start", "end", "schedule", "place", "remote")
"""What people agreed to: with dossiers it changes only by an act (``session_changes.Terms``)."""


class TermsForm(BaseForm):
    """The new terms of a session."""

    training = forms.ModelChoiceField(Training.objects.order_by("title"), label="Formation")
    start = DayField(label="Premier jour")
    end = DayField(label="Dernier jour")
    schedule = forms.CharField(label="Horaires", max_length=100, required=False)
    place = forms.ModelChoiceField(Place.objects.select_related("commune"), label="Lieu", required=False)
    remote = forms.BooleanField(label="À distance", required=False)

    def __init__(self, data: Any, *, session: Session) -> None:
        super().__init__(data, initial={name: getattr(session, name) for name in AGREED})
        self.session = session

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("remote") and not given.get("place"):
            self.add_error("place", "Choisissez un lieu, ou cochez « à distance ».")
        if not self.errors:
            try:
                session_changes.check_terms(Terms.of(self.session), self.terms, timezone.localdate())
            except RefusedError as error:
                self.add_error("start", str(error))
        return given

    @property
    def terms(self) -> Terms:
        """What was typed; only of a valid form."""
        return Terms(**{name: self.cleaned_data[name] for name in AGREED})


ANSWER = "enrolment.change_enrolment"
"""Who answers requests acts on what people agreed to; who writes the catalogue reads it."""
CHANGE = Button("move", "Déplacer ou modifier la session", TermsForm, permission=ANSWER, preview=True)
CANCEL = Button("cancel", "Annuler la session", REASON_FORMS[Act.CANCEL_SESSION], permission=ANSWER)
PRESENCE = Button(
    "presence",
    "Noter les présences",
    PresenceForm,
    "Chacun reçoit un mail qui dit ce qui est noté. Les droits réservés des présents sont notés utilisés, ceux des "
    "absents leur sont rendus. Vous pourrez corriger de la même façon.",
    permission=ANSWER,
    template="admin/catalogue/session/presence.html",
)
CONVOKE = Button("convoke", "Envoyer les convocations", mailings.ConvocationForm, permission=ANSWER)
MESSAGE = Button("message", "Écrire aux participants", mailings.MessageForm, permission=ANSWER, preview=True)


class PresenceFilter(admin.SimpleListFilter):
    """Sessions that began and where presence is still to be noted."""

    title = "présence"
    parameter_name = "presence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-noter", "à noter")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=to_note(timezone.localdate())) if self.value() == "a-noter" else queryset


MOST_SHEETS = 60
"""Sessions whose sheets are printed at once: more than a year has."""


@admin.register(Session)
class SessionDesk(RecordsViews, SessionAdmin):
    refusals = (RefusedError,)
    actions = (*SessionAdmin.actions, "print_many")
    list_filter: ClassVar[Any] = (PresenceFilter, *SessionAdmin.list_filter)
    list_display = (*SessionAdmin.list_display[:-2], "waiting", *SessionAdmin.list_display[-2:])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the line and a dossier: a key, since for an EXISTS PostgreSQL would read all dossiers at once."""
        agreed = Subquery(Enrolment.objects.filter(session=OuterRef("pk")).order_by().values("pk")[:1])
        related: QuerySet[Any] = super().get_queryset(request).select_related("training", "place__commune")
        counted: QuerySet[Any] = related.annotate(in_line=dossiers_in(State.WAITING), a_dossier=agreed)
        return counted

    @admin.display(description="en attente")
    def waiting(self, session: Any) -> int:
        return int(session.in_line)

    def get_urls(self) -> list[URLPattern]:
        sheet, people = self.admin_site.admin_view(self.sheet), self.admin_site.admin_view(self.participants)
        return [
            path("mois/", self.admin_site.admin_view(self.month), name="session-month"),
            path("<int:session_id>/imprimer/<slug:name>/", sheet, name="session-sheet"),
            path("<int:session_id>/participants/", people, name="session-participants"),
            path("imprimer/", self.admin_site.admin_view(self.many_sheets), name="session-sheets"),
            *super().get_urls(),
        ]

    def month(self, request: HttpRequest) -> HttpResponse:
        """The sessions of a month on a calendar."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        shown = month.page_of(month.month_of(request.GET.get("m", ""), today), today)
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        return render(request, "desk/month.html", {**context, "title": f"Sessions de {shown['month'].lower()}"})

    @admin.action(description="Imprimer les feuilles d'émargement", permissions=["read_people"])
    def print_many(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse:
        """Lead to the attendance sheets of the sessions ticked."""
        chosen = ",".join(map(str, queryset.order_by("start", "pk").values_list("pk", flat=True)[:MOST_SHEETS]))
        return HttpResponseRedirect(reverse("admin:session-sheets", query={"sessions": chosen}))

    def has_read_people_permission(self, request: HttpRequest) -> bool:
        """Whether this member of staff may read who comes."""
        return bool(request.user.has_perm("enrolment.view_enrolment"))

    def many_sheets(self, request: HttpRequest) -> HttpResponse:
        """The attendance sheets of several sessions, one after the other, to print at once."""
        if not request.user.has_perm("enrolment.view_enrolment"):
            raise PermissionDenied
        asked = [int(pk) for pk in request.GET.get("sessions", "").split(",") if pk.isdecimal() and len(pk) < 10]
        sessions = Session.objects.select_related("training__body", "place__commune").filter(pk__in=asked[:MOST_SHEETS])
        sheet = sheets.SHEETS["emargement"]
        chosen = list(sessions.order_by("start", "pk"))
        for session in chosen:
            self.record_view(request, session)
        pages = [render_to_string(f"{sheet.template}#sheet", sheets.context_of(sheet, each)) for each in chosen]
        return render(request, "desk/sheets/many.html", {"title": sheet.title, "pages": pages})

    def participants(self, request: HttpRequest, session_id: int) -> HttpResponse:
        """The participants as a spreadsheet (``?format=csv``, or Excel); it is written in the journal."""
        if not request.user.has_perm("enrolment.view_enrolment"):
            raise PermissionDenied
        session = get_object_or_404(Session.objects.select_related("training"), pk=session_id)
        headers, rows = exports.participants(session)
        lines = list(rows)
        journal_export(request, session, str(session), len(lines))
        kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
        return file_response(kind, f"participants-{session.training.reference}", headers, lines)

    def sheet(self, request: HttpRequest, session_id: int, name: str) -> HttpResponse:
        """One of the sheets to print; reading who comes is written in the journal."""
        if not request.user.has_perm("enrolment.view_enrolment"):
            raise PermissionDenied
        session = get_object_or_404(Session.objects.select_related("training__body", "place__commune"), pk=session_id)
        if name not in sheets.SHEETS:
            raise Http404
        self.record_view(request, session)
        sheet = sheets.SHEETS[name]
        return render(request, sheet.template, sheets.context_of(sheet, session))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With dossiers, what they agreed to is read here and changed by an act."""
        return AGREED if obj and obj.a_dossier else ()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        session = self.get_object(request, object_id) if request.method == "GET" else None
        people = request.user.has_perm("enrolment.view_enrolment")
        shown = session_page.page_of(session, timezone.localdate(), people=people) if session else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def buttons(self, obj: Session) -> list[Button]:
        found = [PRESENCE] if presence.may_be_noted(obj) else []
        if not obj.cancelled_at and obj.start >= timezone.localdate():
            found += [CONVOKE, MESSAGE, CHANGE, CANCEL]
        return found

    def version(self, obj: Session) -> str:
        states = obj.enrolments.order_by("pk").values_list("pk", "state")
        return digest([fingerprint(obj), *states])

    def form_for(self, request: Any, obj: Session, button: Button) -> forms.Form:
        posted = request.POST if request.method == "POST" else None
        if button == PRESENCE:
            return PresenceForm(posted, session=obj)
        return TermsForm(posted, session=obj) if button == CHANGE else super().form_for(request, obj, button)

    def consequences(self, request: Any, obj: Session, button: Button, form: Any) -> Consequences | None:
        if button == CANCEL:
            return foresight.of_cancelling(obj, form.cleaned_data["reason"] if form.is_bound else "[votre motif]")
        if button == CONVOKE:
            return mailings.about_convoking(obj, form.cleaned_data["bring"] if form.is_bound else "")
        if button == MESSAGE and form.is_bound:
            return mailings.about_writing(obj, form.cleaned_data["subject"], form.cleaned_data["text"])
        if button == CHANGE and form.is_bound:
            return foresight.of_changing(obj, form.terms, timezone.localdate())
        return None

    def carry_out(self, request: AuthenticatedRequest, obj: Session, button: Button, form: Any) -> str:
        now = timezone.now()
        if button == CANCEL:
            told = session_changes.cancel_session(obj, request.user, now, form.cleaned_data["reason"])
            return f"Session annulée. Demandes annulées : {told}."
        if button == CONVOKE:
            return f"Convocations mises à l'envoi : {mailings.convoke(obj, form.cleaned_data['bring'])}."
        if button == MESSAGE:
            said = form.cleaned_data
            written = mailings.write_to_all(obj, said["subject"], said["text"], now)
            return f"Message mis à l'envoi pour {plural(written, 'participant')}."
        if button == PRESENCE:
            present, absent = presence.note(obj, form.missed_by(), request.user, now)
            return f"Présences notées : {plural(present, 'présent')}, {plural(absent, 'absent')}."
        told = session_changes.change_session(obj, form.terms, request.user, now)
        return f"Session modifiée. Personnes averties : {told}."
