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


class SubjectFilter(admin.SimpleListFilter):
    """What they are about."""

    title = "objet"
    parameter_name = "objet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = OutgoingMail.objects.order_by("template").values_list("template", flat=True).distinct()
        return sorted(((template, outbox.title_of(template)) for template in used), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(template=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class MailAdmin(admin.ModelAdmin):
    """Read-only; a mail given up can be tried once more."""

    list_display = ("about", "created_at", "sent_at", "attempts", "last_error", "given_up_at")
    list_filter = (OutcomeFilter, SubjectFilter)
    fields = ("about", "recipient", "created_at", "sent_at", "attempts", "last_error", "given_up_at")
    readonly_fields = fields
    date_hierarchy = "created_at"
    actions = ("try_again",)

    @admin.display(description="objet", ordering="template")
    def about(self, mail: OutgoingMail) -> str:
        """The subject, as far as it is the same for everybody."""
        return outbox.title_of(mail.template)

    @admin.action(description="Réessayer les mails abandonnés", permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """For when the mail server works again."""
        count = sum(outbox.revive(mail) for mail in queryset.exclude(given_up_at=None))
        messages.success(request, f"{count} mail(s) remis à l'envoi.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
