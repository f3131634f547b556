"""The short lists that trainings are made from: subjects, bodies, trainers, places, synonyms, barèmes."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.models import (
    Place,
    Scale,
    SchoolHoliday,
    Subject,
    Synonym,
    Trainer,
    Training,
    TrainingBody,
    UnansweredSearch,
)
from catalogue.search import unanswered
from catalogue.trainings.rules import APPROVAL_WARNINGS, approval_warning


class Counted(admin.ModelAdmin):
    """A list that says how many trainings each row shown has, in one query."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        path = cast(Any, self.opts.get_field("trainings")).remote_field.name
        theirs = Training.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
        counted = Coalesce(Subquery(theirs.annotate(n=Count("pk")).values("n")), 0)
        rows: QuerySet = super().get_queryset(request).annotate(training_count=counted)
        return rows

    @admin.display(description="formations", ordering="training_count")
    def count(self, row: Any) -> int:
        return int(row.training_count)


@admin.register(Subject)
class SubjectAdmin(Counted):
    list_display = ("name", "count")
    search_fields = ("name",)


class ApprovalFilter(admin.SimpleListFilter):
    """Bodies whose approval lapses soon, or has."""

    title = "agrément"
    parameter_name = "agrement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("bientot", "terminé ou bientôt"),
            ("fini", "terminé"),
            *((str(days), f"se termine dans {days} jours") for days in APPROVAL_WARNINGS),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        if self.value() == "bientot":
            return queryset.filter(pk__in=bodies_whose_approval_ends(today))
        if self.value() == "fini":
            return queryset.filter(approval_end__lt=today)
        if self.value() in {str(days) for days in APPROVAL_WARNINGS}:
            return queryset.filter(approval_end__range=(today, today + timedelta(days=int(self.value() or 0))))
        return queryset


class TrainingBodyForm(forms.ModelForm):
    """A SIRET may be typed with spaces."""

    siret = forms.CharField(label="SIRET", required=False, max_length=20, help_text="14 chiffres")

    def clean_siret(self) -> str:
        return "".join(self.cleaned_data["siret"].split())


@admin.register(TrainingBody)
class TrainingBodyAdmin(Counted):
    form = TrainingBodyForm
    list_display = ("name", "siret", "approval_number", "approval_end", "warning", "count")
    list_filter = (ApprovalFilter,)
    search_fields = ("name", "siret", "approval_number")

    @admin.display(description="à surveiller")
    def warning(self, body: TrainingBody) -> str:
        return approval_warning(body.approval_end, timezone.localdate()) or "—"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        warn_of_approvals(request)
        return super().changelist_view(request, extra_context)


def bodies_whose_approval_ends(today: date) -> QuerySet[TrainingBody]:
    """Those whose approval has ended or ends within 60 days."""
    return TrainingBody.objects.filter(approval_end__lte=today + timedelta(days=max(APPROVAL_WARNINGS)))


def warn_of_approvals(request: HttpRequest) -> None:
    """Tell staff which approvals have ended or end within 60 days."""
    today = timezone.localdate()
    for body in bodies_whose_approval_ends(today).order_by("approval_end", "name"):
        messages.warning(request, f"{body.name} : {approval_warning(body.approval_end, today)}.")


@admin.register(Trainer)
class TrainerAdmin(Counted):
    list_display = ("name", "count")
    search_fields = ("name",)


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ("name", "commune", "address")
    list_select_related = ("commune",)
    search_fields = ("name", "commune__name", "commune__name_key")
    autocomplete_fields = ("commune",)


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """« PLU, plan local d'urbanisme »: in force at once, without rebuilding anything."""

    list_display = ("expressions",)
    search_fields = ("expressions",)

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        unanswered.forget_answered(timezone.localdate())


@admin.register(UnansweredSearch)
class UnansweredSearchAdmin(admin.ModelAdmin):
    """What officials call things, and the catalogue does not: one click opens the synonym to complete."""

    list_display = ("terms", "times", "year", "last_on", "add_synonym")
    list_filter = ("year",)
    search_fields = ("terms",)
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Words that one person alone searched for are shown to nobody."""
        rows: QuerySet = super().get_queryset(request)
        return rows & unanswered.shown()

    @admin.display(description="à relier")
    def add_synonym(self, row: UnansweredSearch) -> SafeString:
        address = reverse("admin:catalogue_synonym_add", query={"expressions": f"{row.terms}, "})
        return format_html('<a href="{}">Ajouter un synonyme</a>', address)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SchoolHoliday)
class SchoolHolidayAdmin(admin.ModelAdmin):
    """What « Reprendre » avoids; copied by staff from the official calendar."""

    list_display = ("name", "first_day", "last_day", "source")
    date_hierarchy = "first_day"


@admin.register(Scale)
class ScaleAdmin(admin.ModelAdmin):
    list_display = ("effective_from", "yearly_credit", "cap", "hourly_cap", "rule", "to_confirm", "source")

    @admin.display(description="règle du prix horaire")
    def rule(self, scale: Scale) -> str:
        return scale.hourly_rule_in_words
