"""Mandates in the admin: find, attach to an account, detach, correct; bring the register in."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.mandates import recognition
from accounts.mandates.recognition import register_key
from accounts.mandates.register.admin import RegisterImport
from accounts.models import Mandate
from core import french
from core.admin.actions import Button, ButtonsAdmin
from core.admin.long_tasks import LongTasksAdmin
from core.forms.base import BaseForm
from core.forms.dates import DayField

CORRECTED = frozenset({"birth_name", "first_name", "sex", "birth_date", "function", "kind", "commune", "place_name"})
CORRECTED |= {"start", "end", "department"}
"""What the register says of a mandate: once staff change it, an import leaves the line alone."""

DETACH = Button(
    "detach",
    "Détacher du compte",
    what="Le mandat revient au répertoire, sans compte, et ne sera plus proposé à cette personne.",
)


class EndForm(BaseForm):
    """The last day of a mandate."""

    end = DayField(
        label="Dernier jour du mandat",
        past="un jour passé, ou notez la fin du mandat quand il sera terminé",
        error_messages={"required": "Indiquez le dernier jour du mandat."},
    )


END = Button(
    "end",
    "Terminer ce mandat",
    EndForm,
    "Le mandat reste celui de la personne, et ne donne plus de droit après ce jour. Une fois terminé, ses droits ne "
    "paient plus une formation liée au mandat : la personne le lit sur sa page « Mes droits ».",
)


class RunningFilter(admin.SimpleListFilter):
    """In office today, or ended."""

    title = "en cours"
    parameter_name = "en_cours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "en cours"), ("non", "terminés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> QuerySet[Mandate]:
        running = Mandate.objects.running(timezone.localdate())
        match self.value():
            case "oui":
                return queryset.filter(pk__in=running)
            case "non":
                return queryset.exclude(pk__in=running)
        return queryset


class DepartmentFilter(admin.AllValuesFieldListFilter):
    """The departments there are; a mandate of none has words too."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] or "sans département"}


@admin.register(Mandate)
class MandateAdmin(LongTasksAdmin, ButtonsAdmin):
    refusals = (recognition.MandateError,)
    list_display = ("holder", "function", "place_name", "start", "end", "status", "user", "source")
    list_filter = ("status", RunningFilter, "kind", "source", ("department", DepartmentFilter))
    list_select_related = ("user", "commune")
    search_fields = ("name_key", "birth_name", "first_name", "place_name", "user__birth_name", "user__usual_name")
    autocomplete_fields = ("user", "commune")
    date_hierarchy = "start"
    readonly_fields = ("status", "source")
    fields = (
        "user",
        "status",
        "source",
        ("birth_name", "first_name"),
        ("sex", "birth_date"),
        ("function", "kind"),
        ("commune", "place_name", "department"),
        ("start", "end"),
    )
    actions = ("detach",)
    works = (RegisterImport,)

    @admin.display(description="élu", ordering="name_key")
    def holder(self, mandate: Mandate) -> str:
        """Name in the register."""
        return f"{mandate.birth_name} {mandate.first_name}".strip() or "—"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """As usual, and names whatever their accents, hyphens and spaces (« le-goff » finds LE GOFF)."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        key = register_key(search_term)
        return (found | queryset.filter(name_key__startswith=key) if key else found), duplicates

    def save_model(self, request: HttpRequest, obj: Mandate, form: Any, change: bool) -> None:
        """Corrections are the staff's from now on; the account is attached or detached by the rule, not by hand."""
        owner, former = obj.user, form.initial.get("user")
        obj.user_id = former
        obj.name_key = register_key(obj.birth_name)
        if not change or CORRECTED & set(form.changed_data):
            obj.source = Mandate.Source.STAFF
        obj.save()
        if former and former != getattr(owner, "pk", None):
            recognition.detach(obj)
        if owner and former != owner.pk:
            recognition.attach(obj, owner)
        elif owner and CORRECTED & set(form.changed_data):
            recognition.mandate_changed.send(Mandate, user=owner)

    def buttons(self, obj: Mandate) -> list[Button]:
        return [*([] if obj.end else [END]), DETACH] if obj.user_id else []

    def bulk_buttons(self) -> list[Button]:
        return [DETACH]

    def about(self, obj: Mandate) -> str:
        return f"{self.holder(obj)}, attaché au compte de {obj.user}"

    def carry_out(self, request: Any, obj: Mandate, button: Button, form: forms.Form) -> str:
        former = obj.user
        if button == END:
            obj.end, obj.source = form.cleaned_data["end"], Mandate.Source.STAFF
            obj.save(update_fields=["end", "source"])
            recognition.mandate_changed.send(Mandate, user=former)
            return f"Mandat de {former} terminé le {french.day(obj.end, weekday=False)}."
        recognition.detach(obj)
        return f"Mandat détaché du compte de {former}."

    @admin.action(description="Détacher de leur compte", permissions=["change"])
    def detach(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, DETACH.name)

    # The register ----------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools = [(self.url("import"), "Importer le répertoire des élus")]
        shown = tools if request.user.has_perms(RegisterImport.permissions) else []
        return super().changelist_view(request, {"file_tools": shown, **(extra_context or {})})
