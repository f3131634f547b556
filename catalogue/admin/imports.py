"""Import and export of trainings in the admin: preview, mistakes by row and column, nothing half-done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.results import Result, RowResult

from catalogue.imports.cells import FrenchCSV, FrenchXLSX
from catalogue.imports.resources import TrainingResource, template_dataset

SHOWN = 200
"""Lines of a preview that are shown; the counts tell of all."""
WORDS = {RowResult.IMPORT_TYPE_NEW: "ajoutée", RowResult.IMPORT_TYPE_UPDATE: "modifiée"}


class TrainingImportForm(ImportForm):
    """The file, and whether the rows without a mistake come in when others have some."""

    skip_wrong = forms.BooleanField(
        label="Importer les lignes justes et laisser de côté celles qui ont une erreur",
        required=False,
        help_text="Sans cela, une seule erreur arrête tout et rien n'est importé.",
    )


class TrainingConfirmForm(ConfirmImportForm):
    """What was chosen with the file stays chosen."""

    skip_wrong = forms.BooleanField(widget=forms.HiddenInput(), required=False)


class FrenchImport:
    """Makes an admin's import speak French spreadsheets and French."""

    resource_classes = (TrainingResource,)
    formats = (FrenchXLSX, FrenchCSV)
    import_form_class = TrainingImportForm
    confirm_form_class = TrainingConfirmForm
    import_template_name = "admin/catalogue/training/import.html"
    skip_export_form = False

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.import_template)  # type: ignore[attr-defined]
        return [path("modele-import/", page, name="catalogue_training_import_template"), *super().get_urls()]  # type: ignore[misc]

    def import_template(self, request: HttpRequest) -> HttpResponse:
        """The file to start from, as XLSX or CSV (``?format=csv``)."""
        if not self.has_import_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        chosen = FrenchCSV() if request.GET.get("format") == "csv" else FrenchXLSX()
        content = chosen.export_data(template_dataset())
        response = HttpResponse(content, content_type=chosen.get_content_type())
        name = f"modele-formations.{chosen.get_extension()}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """As the library does; a filter in the address that the list does not have exports nothing by accident."""
        try:
            return super().export_action(request)  # type: ignore[misc,no-any-return]
        except IncorrectLookupParameters:
            messages.warning(request, "Ce filtre n'existe pas. Filtrez la liste, puis exportez-la.")
            return redirect("admin:catalogue_training_changelist")

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[int]:
        """What may be chosen in the list: all that it shows."""
        return list(self.get_queryset(request).order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)  # type: ignore[misc]
        chosen = import_form.cleaned_data.get("skip_wrong") if import_form else False
        return {**initial, "skip_wrong": chosen}

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        chosen = getattr(form, "cleaned_data", {}).get("skip_wrong", False)
        return {"skip_wrong": chosen}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Between the preview and the confirmation a row may have become wrong: then nothing is kept."""
        kwargs.pop("form", None)
        return {**kwargs, "rollback_on_validation_errors": True}

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, "Rien n'a été importé : des données ont changé depuis l'aperçu. Recommencez.")
            return redirect("admin:catalogue_training_import")
        return super().process_result(result, request)  # type: ignore[misc,no-any-return]

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        totals = result.totals
        messages.success(
            request,
            f"Import terminé : {totals[RowResult.IMPORT_TYPE_NEW]} ajoutées, "
            f"{totals[RowResult.IMPORT_TYPE_UPDATE]} modifiées, "
            f"{totals[RowResult.IMPORT_TYPE_SKIP]} sans changement ou laissées de côté.",
        )

    def import_action(self, request: HttpRequest, **kwargs: Any) -> Any:
        response = super().import_action(request, **kwargs)  # type: ignore[misc]
        result = getattr(response, "context_data", {}).get("result")
        if result:
            response.context_data |= {
                "title": "Aperçu de l'import",
                "mistakes": mistakes(result)[:SHOWN],
                "left_out": [line for number, wrong in left_out(result) for line in _lines(number, wrong)][:SHOWN],
                "changes": [(row.object_repr, WORDS[row.import_type]) for row in result if row.import_type in WORDS][
                    :SHOWN
                ],
            }
        return response


def mistakes(result: Result) -> list[str]:
    """« Ligne 12, colonne « prix » : … », the file's headers being line 1."""
    found = [str(error.error) for error in result.base_errors]
    for row in result.invalid_rows:
        found += _lines(row.number + 1, row.error_dict)
    found += [f"Ligne {number + 1} : {error.error}" for number, errors in result.row_errors() for error in errors]
    return found


def left_out(result: Result) -> list[tuple[int, dict[str, list[str]]]]:
    """The rows left out because they are wrong and staff chose to go on: line, mistakes by column."""
    return [row.left_out for row in result if hasattr(row, "left_out")]


def _lines(number: int, wrong: dict[str, list[str]]) -> list[str]:
    return [f"Ligne {number}, colonne « {column} » : {text}" for column, texts in wrong.items() for text in texts]
