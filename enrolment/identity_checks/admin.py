"""Identity checks in the admin: the queue, the documents, the decision."""

import base64
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
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
from core import french
from core.admin.actions import Button, ButtonsAdmin, ConfirmForm, ReadOnlyInline
from core.admin.journal import RecordsViews
from core.forms.base import BaseForm, CleanTextMixin
from enrolment.identity_checks import checks
from enrolment.identity_checks.checks import IDENTITY_FIELDS, Details, IdentityError, Status
from enrolment.identity_checks.hints import Hint, hints
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent
from enrolment.reasons import REASON_FORMS, Act

DECIDE = "enrolment.decide_identitycheck"

Phrased = REASON_FORMS[Act.REFUSE_DOCUMENT]


class RefusalForm(Phrased):  # type: ignore[valid-type, misc]  # a class made by a function
    """Why a document does not do; the phrases in one line, for the page must not scroll."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrases = self.fields["phrase"]
        phrases.empty_label = "Choisissez…"
        phrases.widget = forms.Select()
        phrases.widget.choices = phrases.choices
        phrases.label = "Elle ne convient pas : motif"
        self.fields["reason"].widget.attrs["rows"] = 2
        self.fields["reason"].help_text = ""
        self.fields["reason"].max_length = 500


class ApprovalForm(BaseForm):
    """Each item was compared with the document; one that differs is a refusal."""

    agreed = forms.MultipleChoiceField(label="Pareil sur la pièce", required=False)

    def __init__(self, data: Any = None, *, names: Sequence[str]) -> None:
        super().__init__(data)
        field = self.fields["agreed"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  for the type checker
        field.choices = [(name, name) for name in names]
        self.names = names

    def clean_agreed(self) -> list[str]:
        agreed: list[str] = self.cleaned_data["agreed"]
        if set(agreed) != set(self.names):
            raise ValidationError("Comparez et cochez chaque ligne. Si l'une diffère, refusez en disant laquelle.")
        return agreed

    def ticked(self) -> set[str]:
        """What was ticked, right or wrong: it is kept."""
        return set(self["agreed"].value() or ()) if self.is_bound else set()


APPROVE = Button("approuver", "Approuver", permission=DECIDE)
REFUSE = Button("refuser", "Refuser pour ce motif", RefusalForm, permission=DECIDE)
WITHOUT_ITEMS = (
    "L'identité que la Caisse des dépôts a vérifiée, si vous l'avez sous les yeux. Sans elle la personne peut "
    "s'inscrire, mais son nom, son numéro et son mandat restent déclarés, jusqu'à ce que l'ADM79 voie une pièce."
)
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


class RecordForm(CleanTextMixin, forms.ModelForm):
    """A check that the Caisse des dépôts made; the items, if known, become the account's certified identity."""

    class Meta:
        model = IdentityCheck
        fields = ("user", *IDENTITY_FIELDS)
        help_texts: ClassVar = {"birth_name": WITHOUT_ITEMS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        required = [name for name in IDENTITY_FIELDS if name != "usual_name"]
        given = [name for name in IDENTITY_FIELDS if cleaned.get(name)]
        if given and not all(cleaned.get(name) for name in required):
            raise ValidationError("Donnez toute l'identité (le nom d'usage est facultatif), ou rien.")
        user = cleaned.get("user")
        if user and (checks.is_settled(user) if given else checks.has_verified_identity(user)):
            self.add_error("user", "L'identité de cette personne est déjà vérifiée.")
        return cleaned

    @property
    def details(self) -> Details | None:
        """The items given, None when there are none."""
        items = {name: self.cleaned_data[name] for name in IDENTITY_FIELDS}
        return Details(document_kind="", **items) if items["birth_name"] else None


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
        return sent.annotate(start_at_stake=checks.first_start_at_stake(timezone.localdate()))

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
        obj.pk = checks.record_cdc_check(form.cleaned_data["user"], staff, timezone.now(), form.details).pk

    # The documents and the decision ----------------------------------------------------------------

    def buttons(self, obj: IdentityCheck) -> list[Button]:
        return [APPROVE, REFUSE, CAISSE] if obj.status == Status.PENDING else []

    def version(self, obj: IdentityCheck) -> str:
        """Which sending staff looked at."""
        return str(obj.version)

    def form_for(self, request: Any, obj: IdentityCheck, button: Button) -> forms.Form:
        if button == APPROVE:
            return ApprovalForm(request.POST if request.method == "POST" else None, names=[*_typed(obj)])
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
            checks.approve(obj, request.user, timezone.now(), version=obj.version)
            return f"Identité de {obj.user} vérifiée ; un mail lui dit de poursuivre."
        if button == CAISSE:
            checks.record_cdc_check(obj.user, request.user, timezone.now())
            return f"Identité de {obj.user} vérifiée par la Caisse des dépôts ; un mail lui dit de poursuivre."
        checks.refuse(obj, request.user, form.cleaned_data["reason"], timezone.now(), version=obj.version)
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
        seen = checks.look_at(check, request.user, timezone.now())
        found = hints(check)
        approval = approval or ApprovalForm(names=[*_typed(check)])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Pièce d'identité de {check.user}",
            "opts": self.opts,
            "check": check,
            "items": [
                {"name": name, "label": label, "value": value, "hint": _hint(found, label)}
                | {"checked": name in approval.ticked()}
                for name, (label, value) in _typed(check).items()
            ],
            "documents": [(document, _data_uri(document, content)) for document, content in seen],
            "hints": [hint for hint in found if hint.what not in ITEMS_WITH_HINTS],
            "form": form or RefusalForm(),
            "approval": approval,
            "approve_url": self.url("act", check, APPROVE.name),
            "refuse_url": self.url("act", check, REFUSE.name),
        }
        return render(request, self.examine_template, context, status=status)

    def document(self, request: AuthenticatedRequest, check: IdentityCheck, side: str) -> HttpResponse:
        """One document by itself, as a PDF needs; this look is journaled too."""
        for document, content in checks.look_at(check, request.user, timezone.now()):
            if document.side == side:
                disposition = {"Content-Disposition": "inline; filename=piece"}
                return HttpResponse(content, content_type=document.content_type, headers=disposition)
        self.message_user(request, "Cette pièce n'est plus là.", messages.WARNING)
        return HttpResponseRedirect(self.url("changelist"))


ITEMS_WITH_HINTS = {"Nom de naissance": "nom de naissance", "Mois de naissance": "date de naissance"}
"""The hints that belong beside one item, and its label; the others stand below."""


def _typed(check: IdentityCheck) -> dict[str, tuple[str, str]]:
    """What was typed and is to be compared with the document: label and value by name, without what is empty."""
    found = {}
    for field in check._meta.concrete_fields:
        if field.name in IDENTITY_FIELDS and (value := getattr(check, field.name)):
            shown = french.day(value, weekday=False) if isinstance(value, date) else str(value)
            found[field.name] = (str(field.verbose_name), shown)
    return found


def _hint(found: Sequence[Hint], label: str) -> Hint | None:
    return next((hint for hint in found if ITEMS_WITH_HINTS.get(hint.what) == label), None)


def _data_uri(document: IdentityDocument, content: bytes) -> str:
    """An image inside the page itself, so that no address leads to it; empty for a PDF."""
    if not document.content_type.startswith("image/"):
        return ""
    return f"data:{document.content_type};base64,{base64.b64encode(content).decode()}"
