"""Mandates that people declare: staff compare, confirm or answer; by a button, never by hand."""

from django import forms
from django.contrib import admin
from django.utils import timezone

from accounts.mandates import declarations
from accounts.models import MandateDeclaration
from accounts.requests import AuthenticatedRequest
from core.admin.actions import Button, ConfirmForm, ReasonForm
from core.admin.read_only import ActingAdmin


@admin.register(MandateDeclaration)
class DeclarationAdmin(ActingAdmin):
    refusals = (declarations.DeclarationDecidedError,)
    list_display = ("user", "function", "place", "since", "status", "created_at", "decided_by")
    list_filter = ("status", "kind")
    list_select_related = ("user", "decided_by")
    search_fields = ("user__birth_name", "user__first_names", "place")

    def buttons(self, obj: MandateDeclaration) -> list[Button]:
        if obj.status != MandateDeclaration.Status.PENDING:
            return []
        what = "Le mandat est créé et rattaché à ce compte ; la personne reçoit un mail."
        return [
            Button("confirm", "Confirmer ce mandat", ConfirmForm, what),
            Button("refuse", "Répondre : pas retrouvé", ReasonForm, "La personne reçoit votre motif par mail."),
        ]

    def about(self, obj: MandateDeclaration) -> str:
        return f"{obj.user} : {obj}"

    def carry_out(
        self, request: AuthenticatedRequest, obj: MandateDeclaration, button: Button, form: forms.Form
    ) -> str:
        if button.name == "confirm":
            declarations.confirm(obj.pk, request.user, timezone.now())
            return "Le mandat est confirmé, la personne est prévenue."
        declarations.refuse(obj.pk, request.user, form.cleaned_data["reason"], timezone.now())
        return "La réponse est envoyée."
