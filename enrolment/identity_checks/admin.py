"""Identity checks in the admin: the queue, the documents, the decision."""

import uuid
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST

from accounts.login.staff_proof import AsksProof
from accounts.models import User
from accounts.requests import AuthenticatedRequest
from catalogue.models import Session
from catalogue.sessions.in_force import last_day_to_send
from core.admin.actions import Button, ButtonsAdmin, ConfirmForm
from core.admin.journal import RecordsViews
from core.admin.read_only import ReadOnlyInline
from enrolment.identity_checks import comparing, deciding, standing
from enrolment.identity_checks.checks import IDENTITY_FIELDS, IdentityError, Status
from enrolment.identity_checks.hints import hints
from enrolment.identity_checks.staff_forms import ApprovalForm, RecordForm, RefusalForm
from enrolment.models import IdentityCheck, IdentityEvent

DECIDE = "enrolment.decide_identitycheck"

APPROVE = Button("approuver", "Approuver", permission=DECIDE)
REFUSE = Button("refuser", "Refuser pour ce motif", RefusalForm, permission=DECIDE)
CAISSE = Button(
    "caisse",
    "La Caisse des dépôts l'a vérifiée",
    ConfirmForm,
    "L'identité est notée vérifiée par la Caisse des dépôts. Les copies envoyées ici sont supprimées sans être "
    "regardées, et un mail dit à la personne de poursuivre. Son nom, son numéro et son mandat restent déclarés.",
    permission=DECIDE,
    sensitive=True,
)
CHANGED = "La personne a remplacé ses documents depuis : regardez-les à nouveau."


class QueueFilter(admin.SimpleListFilter):
    """Those to decide, unless asked otherwise."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        decided = [
            (status.value, str(status.label)) for status in Status if status not in {Status.DRAFT, Status.PENDING}
        ]
        return [*decided, ("tous", "toutes")]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": "à décider"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[IdentityCheck]) -> QuerySet[IdentityCheck]:
        if self.value() == "tous":
            return queryset
        return queryset.filter(status=self.value() or Status.PENDING)


class EventInline(ReadOnlyInline):
    """Who did what, and who looked, when."""

    model = IdentityEvent
    fields = readonly_fields = ("at", "kind", "by", "detail")


@admin.register(IdentityCheck)
class IdentityCheckAdmin(AsksProof, RecordsViews, ButtonsAdmin):
    sensitive_pages = frozenset({"add"})  # a check that no document of this site shows
    refusals = (IdentityError,)
    list_display = ("person", "status", "waiting", "deadline", "submitted_at", "by_post")
    list_filter = (QueueFilter, "by_post")
    ordering = ("submitted_at",)
    search_fields = ("user__birth_name", "user__usual_name", "user__first_names")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    inlines = (EventInline,)
    change_form_template = "admin/enrolment/identitycheck/change_form.html"
    examine_template = "admin/enrolment/identitycheck/examine.html"
    readonly_fields = ("status", "submitted_at", "decided_at", "decided_by", "refusal_reason", "by_post")

    # Who may what ----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(DECIDE)

    def has_change_permission(self, request: HttpRequest, obj: IdentityCheck | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: IdentityCheck | None = None) -> bool:
        return request.user.has_perm(DECIDE) or super().has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: IdentityCheck | None = None) -> bool:
        return False

    # The queue -------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityCheck]:
        sent: QuerySet[IdentityCheck] = super().get_queryset(request).exclude(status=Status.DRAFT)
        return sent.annotate(start_at_stake=standing.first_start_at_stake(timezone.localdate()))

    @admin.display(description="personne", ordering="user__birth_name")
    def person(self, check: IdentityCheck) -> str:
        """Whose identity."""
        return str(check.user)

    @admin.display(description="attend depuis", ordering="submitted_at")
    def waiting(self, check: IdentityCheck) -> str:
        """How long the person has waited; nothing once decided."""
        return timesince(check.submitted_at, timezone.now()) if check.status == Status.PENDING else "—"

    @admin.display(description="inscription à envoyer avant", ordering="start_at_stake", empty_value="—")
    def deadline(self, check: IdentityCheck) -> date | None:
        """The first deadline that this person will miss without the check."""
        start = getattr(check, "start_at_stake", None) if check.status == Status.PENDING else None
        return last_day_to_send(Session(start=start)) if start else None

    # Recording a check made at the Caisse des dépôts -----------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = RecordForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: IdentityCheck | None = None) -> Any:
        shown = ("user", "document_kind", *IDENTITY_FIELDS)
        return (*shown, *self.readonly_fields) if obj else ("user", *IDENTITY_FIELDS)

    def get_inlines(self, request: HttpRequest, obj: IdentityCheck | None = None) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: IdentityCheck, form: Any, change: bool) -> None:
        staff = cast("User", request.user)
        obj.pk = deciding.record_cdc_check(form.cleaned_data["user"], staff, timezone.now(), form.details).pk

    # The documents and the decision ----------------------------------------------------------------

    def buttons(self, obj: IdentityCheck) -> list[Button]:
        return [APPROVE, REFUSE, CAISSE] if obj.status == Status.PENDING else []

    def version(self, obj: IdentityCheck) -> str:
        """Which sending staff looked at."""
        return str(obj.version)

    def form_for(self, request: Any, obj: IdentityCheck, button: Button) -> forms.Form:
        if button == APPROVE:
            return ApprovalForm(request.POST if request.method == "POST" else None, names=[*comparing.typed(obj)])
        return super().form_for(request, obj, button)

    def after(self, request: Any, obj: IdentityCheck, button: Button) -> str:
        """The next one, who has waited longest; the queue once it is empty."""
        waiting = IdentityCheck.objects.filter(status=Status.PENDING).exclude(pk=obj.pk).order_by("submitted_at", "pk")
        following = waiting.first()
        return self.url("change", following) if following else self.url("changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        decides = {"may_decide": request.user.has_perm(DECIDE)}
        return super().change_view(request, object_id, form_url, {**decides, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": "La Caisse des dépôts a vérifié une identité"}
        return super().add_view(request, form_url, {**title, **(extra_context or {})})

    def carry_out(self, request: AuthenticatedRequest, obj: IdentityCheck, button: Button, form: forms.Form) -> str:
        """The document shows this person, or does not do for a reason."""
        if button == APPROVE:
            deciding.approve(obj, request.user, timezone.now(), version=obj.version)
            return f"Identité de {obj.user} vérifiée ; un mail lui dit de poursuivre."
        if button == CAISSE:
            deciding.record_cdc_check(obj.user, request.user, timezone.now())
            return f"Identité de {obj.user} vérifiée par la Caisse des dépôts ; un mail lui dit de poursuivre."
        deciding.refuse(obj, request.user, form.cleaned_data["reason"], timezone.now(), version=obj.version)
        return f"Refusée ; un mail dit à {obj.user} pourquoi et comment recommencer."

    def allowed(self, request: HttpRequest, obj: IdentityCheck) -> list[tuple[Button, str]]:
        """None beside the object: the decision stands below the document itself."""
        return []

    def ask(self, request: Any, obj: Any, button: Button, form: Any, **more: Any) -> HttpResponse:
        """Asked again, the page shows the document again; nobody decides without it."""
        if button == CAISSE:
            return super().ask(request, obj, button, form, **more)
        if request.method != "POST":
            return HttpResponseRedirect(self.url("change", obj))
        if said := more.get("refused") or (CHANGED if more.get("changed") else ""):
            self.message_user(request, said, messages.WARNING)
        obj.refresh_from_db()
        bound = {"form" if button == REFUSE else "approval": form}
        return self.examine(request, obj, status=more.get("status", 200), **bound)

    def get_urls(self) -> list[URLPattern]:
        """Django's own and the named buttons, and the two ways of looking."""
        return [
            path("<uuid:check_id>/examiner/", self._guarded(self.examine), name="identity-examiner"),
            path("<uuid:check_id>/piece/<str:side>/", self._guarded(self.document), name="identity-document"),
            *super().get_urls(),
        ]

    def _guarded(self, view: Any) -> Any:
        """Only by POST (looking is journaled, and nothing is written by a GET), only for those who may decide."""

        def guarded(request: HttpRequest, check_id: uuid.UUID, **more: Any) -> HttpResponse:
            if not request.user.has_perm(DECIDE):
                raise PermissionDenied
            answer: HttpResponse = view(request, get_object_or_404(self.get_queryset(request), pk=check_id), **more)
            return answer

        return self.admin_site.admin_view(require_POST(guarded))  # which also forbids any cache to store it

    def examine(
        self,
        request: AuthenticatedRequest,
        check: IdentityCheck,
        form: RefusalForm | None = None,
        approval: ApprovalForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The documents, decrypted in memory for this one answer, beside what was typed and what is known."""
        seen = deciding.look_at(check, request.user, timezone.now())
        found = hints(check)
        approval = approval or ApprovalForm(names=[*comparing.typed(check)])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Pièce d'identité de {check.user}",
            "opts": self.opts,
            "check": check,
            "items": comparing.items(check, found, approval.ticked()),
            "documents": [(document, comparing.data_uri(document, content)) for document, content in seen],
            "hints": comparing.other_hints(found),
            "form": form or RefusalForm(),
            "approval": approval,
            "approve_url": self.url("act", check, APPROVE.name),
            "refuse_url": self.url("act", check, REFUSE.name),
        }
        return render(request, self.examine_template, context, status=status)

    def document(self, request: AuthenticatedRequest, check: IdentityCheck, side: str) -> HttpResponse:
        """One document by itself, as a PDF needs; this look is journaled too."""
        for document, content in deciding.look_at(check, request.user, timezone.now()):
            if document.side == side:
                disposition = {"Content-Disposition": "inline; filename=piece"}
                return HttpResponse(content, content_type=document.content_type, headers=disposition)
        self.message_user(request, "Cette pièce n'est plus là.", messages.WARNING)
        return HttpResponseRedirect(self.url("changelist"))
