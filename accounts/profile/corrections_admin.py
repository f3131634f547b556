"""Corrections of certified fields: read what is asked, accept or refuse by a button; the person is told."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.login.staff_proof import AsksProof
from accounts.models import CorrectionRequest
from accounts.profile import corrections
from accounts.requests import AuthenticatedRequest
from core.admin.actions import Button, ReasonForm
from core.admin.read_only import ActingAdmin

ACCEPT = Button(
    "accept",
    "Accepter et corriger le compte",
    what="Le compte est corrigé. La personne reçoit un mail.",
    sensitive=True,
)
REFUSE = Button("refuse", "Refuser", ReasonForm, "Le compte reste tel quel. La personne reçoit un mail.")


@admin.register(CorrectionRequest)
class CorrectionAdmin(AsksProof, ActingAdmin):
    refusals = (corrections.AlreadyDecidedError, ValidationError)
    list_display = ("user", "field", "wanted", "status", "created_at", "decided_by")
    list_filter = ("status", "field")
    list_select_related = ("user", "decided_by")
    search_fields = ("user__birth_name", "user__first_names")
    fields = (
        "user",
        "field",
        "now",
        "wanted",
        "explanation",
        "status",
        "created_at",
        "decided_by",
        "decided_at",
        "answer",
    )
    readonly_fields = fields

    def get_readonly_fields(self, request: object, obj: object = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="valeur actuelle")
    def now(self, correction: CorrectionRequest) -> str:
        """What the account says today."""
        value = getattr(correction.user, correction.field)
        return str(value) if value else "—"

    def buttons(self, obj: CorrectionRequest) -> list[Button]:
        return [ACCEPT, REFUSE] if obj.status == CorrectionRequest.Status.PENDING else []

    def about(self, obj: CorrectionRequest) -> str:
        return f"« {self.now(obj)} » deviendrait « {obj.wanted} »"

    def carry_out(self, request: AuthenticatedRequest, obj: CorrectionRequest, button: Button, form: forms.Form) -> str:
        if button == ACCEPT:
            corrections.accept(obj.pk, request.user, timezone.now())
            return "Le compte est corrigé, la personne est prévenue."
        corrections.refuse(obj.pk, request.user, form.cleaned_data["reason"], timezone.now())
        return "La demande est refusée, la personne est prévenue."
