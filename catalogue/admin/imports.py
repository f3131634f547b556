"""Import and export of trainings in the admin: preview, mistakes by line and column, nothing half-done."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from import_export.exceptions import ImportError as RowError
from import_export.results import Result, RowResult

from catalogue.imports import columns, resources
from catalogue.imports.resources import TrainingResource
from catalogue.models import Training
from core.admin.exports import ExportsAdmin, Table, file_response
from core.admin.long_tasks import GivenWork, LongTasksAdmin
from core.forms.base import BaseForm
from core.long_tasks import Given, NothingWrittenError, RefusedError
from core.models import LongTask
from core.spreadsheets import UnreadableError

SHOWN = 200
"""Lines of a preview that are shown; the counts tell of all."""
WORDS = {RowResult.IMPORT_TYPE_NEW: "ajoutée", RowResult.IMPORT_TYPE_UPDATE: "modifiée"}


class TrainingFileForm(BaseForm):
    """The file, and whether the rows without a mistake come in when others have some."""

    file = forms.FileField(label="Fichier Excel (.xlsx) ou CSV")
    skip_wrong = forms.BooleanField(
        label="Importer les lignes justes et laisser de côté celles qui ont une erreur",
        required=False,
        help_text="Sans cela, une seule erreur arrête tout et rien n'est importé.",
    )


CHANGED = "Des données ont changé depuis l'aperçu."


class TrainingImport(GivenWork):
    """A file of trainings and sessions."""

    name = "trainings"
    page = "import"
    title = "Importer des formations"
    form_class = TrainingFileForm
    template = "admin/catalogue/training/import.html"
    permissions = ("catalogue.add_training", "catalogue.change_training")
    refusals = (RefusedError, UnreadableError)
    at_once = False

    def given_by(self, form: Any) -> tuple[Iterable[bytes], dict[str, Any]]:
        return form.cleaned_data["file"].chunks(), {"skip_wrong": form.cleaned_data["skip_wrong"]}

    def look(self, given: Given) -> dict[str, Any]:
        return told(self._resource(given).look(resources.table_of(given.content)))

    def write(self, given: Given) -> dict[str, Any]:
        """Between the preview and the confirmation a row may have become wrong: then nothing is written."""
        again = self._resource(given).look(resources.table_of(given.content))
        if again.has_errors() or again.has_validation_errors():
            raise NothingWrittenError(CHANGED)
        try:
            result = self._resource(given).write(resources.table_of(given.content))
        except RowError as error:
            raise RefusedError(CHANGED) from error
        found = told(result)
        self.journal(given, Training, found)
        return found

    @staticmethod
    def _resource(given: Given) -> TrainingResource:
        return TrainingResource(skip_wrong=bool(given.options.get("skip_wrong")), progress=given.progress)

    def nothing_to_write(self, found: dict[str, Any]) -> bool:
        return bool(found["mistakes"]) or not (found["added"] or found["changed"])

    def context(self, found: dict[str, Any], work: LongTask) -> dict[str, Any]:
        return {"shown": SHOWN}

    def said(self, found: dict[str, Any]) -> str:
        return (
            f"{found['added']} ajoutées, {found['changed']} modifiées, "
            f"{found['skipped']} sans changement ou laissées de côté."
        )


def told(result: Result) -> dict[str, Any]:
    """What an import did, or would do, in words and counts."""
    wrong = mistakes(result)
    left = [words for line, errors in left_out(result) for words in _lines(line, errors)]
    totals = result.totals
    return {
        "mistakes": wrong[:SHOWN],
        "mistake_count": len(wrong),
        "left_out": left[:SHOWN],
        "changes": [(row.object_repr, WORDS[row.import_type]) for row in result if row.import_type in WORDS][:SHOWN],
        "added": totals[RowResult.IMPORT_TYPE_NEW],
        "changed": totals[RowResult.IMPORT_TYPE_UPDATE],
        "skipped": totals[RowResult.IMPORT_TYPE_SKIP],
    }


def mistakes(result: Result) -> list[str]:
    """« Ligne 12, colonne « prix » : … », the file's headers being line 1."""
    found = [str(error.error) for error in result.base_errors]
    lines = {number: row.line for number, row in enumerate(result.rows, 1) if hasattr(row, "line")}
    for row in result.invalid_rows:
        found += _lines(lines.get(row.number, row.number + 1), row.error_dict)
    for number, errors in result.row_errors():
        found += [f"Ligne {lines.get(number, number + 1)} : {error.error}" for error in errors]
    return found


def left_out(result: Result) -> list[tuple[int, dict[str, list[str]]]]:
    """The rows left out because they are wrong and staff chose to go on: line, mistakes by column."""
    return [row.left_out for row in result if hasattr(row, "left_out")]


def _lines(number: int, wrong: dict[str, list[str]]) -> list[str]:
    return [f"Ligne {number}, colonne « {column} » : {text}" for column, texts in wrong.items() for text in texts]


class TrainingFiles(LongTasksAdmin, ExportsAdmin):
    """Trainings and their sessions in and out of spreadsheets: the same file, both ways."""

    works = (TrainingImport,)
    export_name = "formations"
    export_is_personal = False

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.import_template)
        return [path("modele-import/", page, name="catalogue_training_import_template"), *super().get_urls()]

    def import_template(self, request: HttpRequest) -> HttpResponse:
        """The file to start from, as XLSX or CSV (``?format=csv``)."""
        if not request.user.has_perms(TrainingImport.permissions):
            raise PermissionDenied
        kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
        return file_response(kind, "modele-formations", *columns.template())

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        trainings = Training.objects.filter(pk__in=rows.order_by().values("pk")).order_by("title", "pk")
        return TrainingResource().export_table(trainings)

    def file_tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        links = super().file_tools(request)
        if request.user.has_perms(TrainingImport.permissions):
            links.insert(0, (reverse("admin:catalogue_training_import"), "Importer"))
        return links
