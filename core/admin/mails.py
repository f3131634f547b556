"""Mails: what waits, what left, what was given up; nothing of what they say."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core import outbox
from core.models import OutgoingMail


class OutcomeFilter(admin.SimpleListFilter):
    """What became of them."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("attente", "en attente"), ("parti", "partis"), ("abandon", "abandonnés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        match self.value():
            case "attente":
                return queryset.filter(sent_at=None, given_up_at=None)
            case "parti":
                return queryset.exclude(sent_at=None)
            case "abandon":
                return queryset.exclude(given_up_at=None)
        return queryset


@admin.register(OutgoingMail)
class MailAdmin(admin.ModelAdmin):
    """Read-only; a mail given up can be tried once more."""

    list_display = ("template", "created_at", "sent_at", "attempts", "last_error", "given_up_at")
    list_filter = (OutcomeFilter, "template")
    fields = ("template", "recipient", "created_at", "sent_at", "attempts", "last_error", "given_up_at")
    readonly_fields = fields
    date_hierarchy = "created_at"
    actions = ("try_again",)

    @admin.action(description="Réessayer les mails abandonnés", permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """For when the mail server works again."""
        count = sum(outbox.revive(mail) for mail in queryset.exclude(given_up_at=None))
        messages.success(request, f"{count} mail(s) remis à l'envoi.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
