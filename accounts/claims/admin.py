"""Who is who, in the admin: the questions to settle, and a number to find again and release.

The number is typed whole, in a POST, digested at once, neither shown nor kept; each search leaves a line in the
journal with its reason. Acts ask for a fresh proof of the member of staff.
"""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.claims import takeover
from accounts.claims.takeover import TakeoverError
from accounts.identity import nir as nir_rules
from accounts.identity.fields import NirField
from accounts.identity.pepper_change import bring_forward
from accounts.login.staff_proof import AsksProof
from accounts.mandates import recognition
from accounts.mandates.recognition import MandateError
from accounts.models import FranceConnectIdentity, IdentityCase, User
from accounts.requests import AuthenticatedRequest
from core.forms.base import BaseForm

FIND = "accounts.find_number"
NOT_FOUND = "Aucun compte n'a ce numéro : la personne peut créer le sien."


class ReasonForm(BaseForm):
    """Why; it stays in the journal."""

    reason = forms.CharField(
        label="Motif",
        help_text="Qui a demandé, comment, et ce que vous avez vérifié. Jamais le numéro lui-même.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez pourquoi : le motif reste au journal"},
    )


class FindForm(ReasonForm):
    """A number, whole, with its reason."""

    field_order = ("nir", "reason")
    nir = NirField(key="optional", help_text="Les 13 caractères, avec ou sans la clé. Il n'est pas conservé.")


class ReleaseForm(ReasonForm):
    """A document was seen, and why the number is released."""

    field_order = ("seen", "reason")
    seen = forms.BooleanField(
        label="J'ai vu une pièce d'identité de la personne à qui ce numéro revient",
        error_messages={"required": "Un numéro ne se libère qu'après avoir vu une pièce d'identité"},
    )


ACTS = {
    "liberer": ("Libérer le numéro", ReleaseForm, takeover.release),
    "retablir": ("Rétablir ce compte", ReasonForm, takeover.restore),
    "deplacer": ("Donner ses dossiers au compte qui a repris le numéro", ReasonForm, takeover.move_dossiers),
}
"""By the last part of the address: label, what is asked, what is done."""


@admin.register(IdentityCase)
class IdentityCaseAdmin(AsksProof, admin.ModelAdmin):
    """Questions to settle first; then what the site settled by itself. Read, and acted on by buttons."""

    list_display = ("kind", "user", "other", "mandate", "at", "settled_at", "settled_by")
    list_filter = ("kind", ("settled_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "other", "mandate__commune", "settled_by")
    actions = None
    change_form_template = "admin/accounts/identitycase/change_form.html"
    change_list_template = "admin/accounts/identitycase/change_list.html"
    fields = readonly_fields = (
        "kind",
        "user",
        "other",
        "mandate",
        "facts_in_words",
        "at",
        "settled_at",
        "settled_by",
        "decision",
    )

    def get_ordering(self, request: HttpRequest) -> Any:
        """What staff have to decide, then what the site did by itself, then what is settled."""
        decide = Q(settled_at=None, kind__in=IdentityCase.TO_DECIDE)
        return (Case(When(decide, then=0), default=1), *(IdentityCase._meta.ordering or ()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="personne sans compte")
    def facts_in_words(self, case: IdentityCase) -> str:
        """What is known of who has no account yet."""
        return " · ".join(f"{name} : {value}" for name, value in case.facts.items() if value) or "—"

    def get_urls(self) -> list[URLPattern]:
        """Django's own, and the pages of this admin."""
        guard = self.admin_site.admin_view
        return [
            path("numero/", guard(self.find), name="identity-find-number"),
            path("compte/<uuid:user_id>/", guard(self.account), name="identity-account"),
            path("compte/<uuid:user_id>/<str:act>/", guard(require_POST(self.act)), name="identity-act"),
            path("<int:case_id>/regler/", guard(require_POST(self.settle)), name="identity-settle"),
            *super().get_urls(),
        ]

    # A number ---------------------------------------------------------------------------------------

    def find(self, request: AuthenticatedRequest) -> HttpResponse:
        """« Retrouver un numéro »: which account holds it."""
        _only_for(request)
        return sensitive_post_parameters("nir")(require_http_methods(["GET", "HEAD", "POST"])(self._find))(request)

    def _find(self, request: AuthenticatedRequest) -> HttpResponse:
        form = FindForm(request.POST or None)
        if not form.is_valid():
            return self._page(request, "find", "Retrouver un numéro", form=form, status=422 if form.is_bound else 200)
        bring_forward(form.cleaned_data["nir"])
        user = User.objects.filter(nir_digest=nir_rules.digest(form.cleaned_data["nir"])).first()
        self._journal(request, user, f"Numéro recherché : {form.cleaned_data['reason']}")
        if user is None:
            messages.info(request, NOT_FOUND)
            return redirect("admin:identity-find-number")
        return redirect("admin:identity-account", user.pk)

    def account(self, request: AuthenticatedRequest, user_id: uuid.UUID, **failed: Any) -> HttpResponse:
        """An account, its degree of proof, and what may be done with its number."""
        _only_for(request)
        user = get_object_or_404(User, pk=user_id, is_staff=False)
        offered = {True: ("retablir", "deplacer"), False: ("liberer",) if user.nir_digest else ()}
        acts = [
            {
                "label": label,
                "url": reverse("admin:identity-act", args=[user.pk, name]),
                "form": failed.get(name, form()),
            }
            for name, (label, form, _) in ACTS.items()
            if name in offered[user.frozen_at is not None]
        ]
        context = {
            "account": user,
            "lapsed": takeover.has_lapsed(user, timezone.now()),
            "franceconnect": FranceConnectIdentity.objects.filter(user=user).exists(),
            "in_use": takeover.is_used(user),
            "acts": acts,
        }
        return self._page(request, "account", "À qui est ce numéro", status=422 if failed else 200, **context)

    def act(self, request: AuthenticatedRequest, user_id: uuid.UUID, act: str) -> HttpResponse:
        """Release, restore or move: after a fresh proof, with a reason."""
        _only_for(request)
        if asked := self.prove(request):
            return asked
        user = get_object_or_404(User, pk=user_id, is_staff=False)
        label, form_class, carry_out = ACTS.get(act, ACTS["liberer"])
        form = form_class(request.POST)
        if not form.is_valid():
            return self.account(request, user_id, **{act: form})
        try:
            carry_out(user, request.user, form.cleaned_data["reason"], timezone.now())
        except TakeoverError as error:
            messages.warning(request, str(error))
        else:
            self._journal(request, user, f"{label} : {form.cleaned_data['reason']}")
            messages.success(request, f"C'est fait : {label.lower()}.")
        return redirect("admin:identity-account", user.pk)

    # A question -------------------------------------------------------------------------------------

    def settle(self, request: AuthenticatedRequest, case_id: int) -> HttpResponse:
        """Settle a question with a reason; a contested mandate goes to whom staff say."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if asked := self.prove(request):
            return asked
        case = get_object_or_404(IdentityCase, pk=case_id)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.warning(request, "Écrivez pourquoi : le motif reste au journal.")
            return redirect("admin:accounts_identitycase_change", case.pk)
        try:
            if "give" in request.POST and case.mandate and case.user:
                recognition.attach(case.mandate, case.user)
        except MandateError as error:
            messages.warning(request, str(error))
            return redirect("admin:accounts_identitycase_change", case.pk)
        if "link" in request.POST and case.kind == IdentityCase.Kind.NAME_WAITS:
            case.kind = IdentityCase.Kind.NAME_CHANGED  # the person may link FranceConnect now
        case.settled_at, case.settled_by = timezone.now(), request.user
        case.decision, case.content = form.cleaned_data["reason"], b""
        case.save(update_fields=["kind", "settled_at", "settled_by", "decision", "content"])
        self.log_change(request, case, form.cleaned_data["reason"])
        return redirect("admin:accounts_identitycase_changelist")

    def change_view(self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The question, with what may be done about it."""
        extra = {"reason_form": ReasonForm(), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    # Inside -----------------------------------------------------------------------------------------

    def _page(self, request: HttpRequest, name: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/accounts/identitycase/{name}.html", page, status=status)

    @staticmethod
    def _journal(request: AuthenticatedRequest, user: User | None, message: str) -> None:
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(user.pk) if user else None,
            object_repr=str(user)[:200] if user else "Aucun compte",
            action_flag=CHANGE,
            change_message=message,
        )


def _only_for(request: AuthenticatedRequest) -> None:
    if not request.user.has_perm(FIND):
        raise PermissionDenied
