"""Corrections of certified fields: read what is asked, accept or refuse; the person is told."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import CorrectionRequest, User
from accounts.profile import corrections
from core.text import clean


@admin.register(CorrectionRequest)
class CorrectionAdmin(admin.ModelAdmin):
    """Nothing is edited by hand: two buttons decide."""

    list_display = ("user", "field", "wanted", "status", "created_at", "decided_by")
    list_filter = ("status", "field")
    list_select_related = ("user", "decided_by")
    search_fields = ("user__birth_name", "user__first_names")
    actions = None
    readonly_fields = (
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
    fields = readonly_fields

    @admin.display(description="valeur actuelle")
    def now(self, correction: CorrectionRequest) -> str:
        """What the account says today."""
        value = getattr(correction.user, correction.field)
        return str(value) if value else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:correction_id>/decider/", decide, name="correction-decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, correction_id: int) -> HttpResponse:
        """Accept or refuse, by the button pressed."""
        correction = get_object_or_404(CorrectionRequest, pk=correction_id)
        if not self.has_change_permission(request, correction) or not isinstance(request.user, User):
            raise PermissionDenied
        try:
            said = self._decide(request, correction, request.user)
            messages.success(request, said)
        except corrections.AlreadyDecidedError:
            messages.warning(request, "Cette demande a déjà été décidée.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("admin:accounts_correctionrequest_change", args=[correction_id]))

    @staticmethod
    def _decide(request: HttpRequest, correction: CorrectionRequest, by: User) -> str:
        if "accept" in request.POST:
            corrections.accept(correction.pk, by, timezone.now())
            return "Le compte est corrigé, la personne est prévenue."
        reason = clean(request.POST.get("reason", "")).strip()
        if not reason:
            raise ValidationError("Écrivez le motif du refus : il figure dans le mail.")
        corrections.refuse(correction.pk, by, reason, timezone.now())
        return "La demande est refusée, la personne est prévenue."
