"""The conditions in the admin: written as a draft, looked at whole, published with the day's name."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import TermsConsent, TermsVersion
from accounts.terms import conditions
from core.admin.words import WordsAdmin
from core.french import plural
from core.words.prose import as_html


@admin.register(TermsVersion)
class TermsVersionAdmin(WordsAdmin):
    refusals = (ValidationError,)
    list_display = ("__str__", "state", "accepted")
    fields = ("changes", "text")
    copied = ("changes", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        agreed = TermsConsent.objects.filter(version=OuterRef("name")).order_by().values("version")
        counted = Subquery(agreed.annotate(n=Count("pk")).values("n"))
        rows: QuerySet = super().get_queryset(request).annotate(agreed=Coalesce(counted, 0))
        return rows

    @admin.display(description="acceptée par", ordering="agreed")
    def accepted(self, obj: Any) -> str:
        return plural(obj.agreed, "compte")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"text": conditions.in_force().text, **super().get_changeform_initial_data(request)}

    def preview(self, obj: TermsVersion) -> dict[str, Any]:
        return {"changes": obj.changes, "html": as_html(obj.text)}

    def facts(self, obj: TermsVersion) -> tuple[str, ...]:
        people = plural(conditions.how_many_to_ask(), "compte")
        return (f"{people} : chacun devra l'accepter à sa prochaine connexion, avant toute autre page.",)

    def publish(self, obj: TermsVersion) -> None:
        """Named by the day: one version a day, so that a consent names one text for ever."""
        obj.name = f"{timezone.localdate():%Y-%m-%d}"
        if TermsVersion.objects.filter(name=obj.name).exists():
            raise ValidationError("Une version a déjà été publiée aujourd'hui : publiez celle-ci demain.")
        super().publish(obj)
