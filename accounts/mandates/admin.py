"""Mandates in the admin: find, attach to an account, detach, correct; bring the register in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.mandates import recognition
from accounts.mandates.recognition import register_key
from accounts.mandates.register.importer import DEPARTMENTS, import_register
from accounts.mandates.register.reader import RegisterError
from accounts.models import Mandate
from core.admin.actions import Button, ButtonsAdmin
from core.forms.base import BaseForm

CORRECTED = frozenset({"birth_name", "first_name", "sex", "birth_date", "function", "kind", "commune", "place_name"})
CORRECTED |= {"start", "end", "department"}
"""What the register says of a mandate: once staff change it, an import leaves the line alone."""

DETACH = Button(
    "detach",
    "Détacher du compte",
    what="Le mandat revient au répertoire, sans compte, et ne sera plus proposé à cette personne.",
)


class RegisterFileForm(BaseForm):
    """A file of the register, as data.gouv.fr gives it."""

    file = forms.FileField(
        label="Fichier CSV du répertoire national des élus",
        help_text="Élus municipaux, communautaires, départementaux, régionaux, ou maires : un fichier à la fois.",
    )
    end_many = forms.BooleanField(
        label="Accepter que plus de la moitié des mandats connus prennent fin (après une élection)", required=False
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


@admin.register(Mandate)
class MandateAdmin(ButtonsAdmin):
    refusals = (recognition.MandateError,)
    list_display = ("holder", "function", "place_name", "start", "end", "status", "user", "source")
    list_filter = ("status", RunningFilter, "kind", "source", "department")
    list_select_related = ("user", "commune")
    search_fields = ("name_key", "birth_name", "first_name", "place_name", "user__birth_name", "user__usual_name")
    autocomplete_fields = ("user",)
    raw_id_fields = ("commune",)
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
    change_list_template = "admin/accounts/mandate/change_list.html"

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
        return [DETACH] if obj.user_id else []

    def bulk_buttons(self) -> list[Button]:
        return [DETACH]

    def about(self, obj: Mandate) -> str:
        return f"{self.holder(obj)}, attaché au compte de {obj.user}"

    def carry_out(self, request: Any, obj: Mandate, button: Button, form: forms.Form) -> str:
        former = obj.user
        recognition.detach(obj)
        return f"Mandat détaché du compte de {former}."

    @admin.action(description="Détacher de leur compte", permissions=["change"])
    def detach(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, DETACH.name)

    # The register ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Django's own, and the page that brings the register in."""
        # Exempt inside and out: whoever checks the token reads the file; `import_page` checks it, in its own time.
        view = self.admin_site.admin_view(csrf_exempt(self.import_page))
        return [path("repertoire/", view, name="accounts_mandate_import"), *super().get_urls()]

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Upload a file and read what it changed. The whole of France weighs 60 MB: it goes by a temporary file."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return csrf_protect(self._import_page)(request)

    def _import_page(self, request: HttpRequest) -> HttpResponse:
        form = RegisterFileForm(request.POST or None, request.FILES or None)
        report = None
        if request.method == "POST" and form.is_valid():
            try:
                report = import_register(
                    form.cleaned_data["file"].file, today=timezone.localdate(), end_many=form.cleaned_data["end_many"]
                )
                self.journal(request, f"Répertoire importé. {' '.join(report.sentences())}")
            except RegisterError as error:
                form.add_error("file", str(error))
        context = {
            **self.admin_site.each_context(request),
            "title": "Répertoire national des élus",
            "opts": self.opts,
            "form": form,
            "report": report,
            "departments": ", ".join(DEPARTMENTS),
        }
        return render(request, "admin/accounts/mandate/import.html", context, status=422 if form.errors else 200)
