"""A list of the admin as a spreadsheet: what its filters show; a personal list that leaves goes into the journal."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone

from core import spreadsheets
from core.admin.journal import VIEW
from core.french import plural

type Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
KINDS = {"xlsx": "Excel", "csv": "CSV"}


class ExportsAdmin(admin.ModelAdmin):
    """Mixed into an admin: « Exporter » above its list."""

    export_name: ClassVar[str] = ""
    """How its files are called: « formations », « dossiers »."""
    export_is_personal: ClassVar[bool] = True

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        """The headers, in French, and the rows."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("exporter/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """The file (``?format=csv``, or Excel) of what the list shows with these filters."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.copy()
        kind = "csv" if asked.pop("format", [""])[-1] == "csv" else "xlsx"
        request.GET = asked  # type: ignore[assignment]
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            messages.warning(request, "Ce filtre n'existe pas. Filtrez la liste, puis exportez-la.")
            return HttpResponseRedirect("../")
        headers, table = self.export_table(request, rows)
        lines = list(table)
        if self.export_is_personal:
            journal_export(request, self.model, str(self.opts.verbose_name_plural), len(lines))
        return file_response(kind, self.export_name, headers, lines)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"file_tools": self.file_tools(request), **(extra_context or {})})

    def file_tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Address and words of the links about files, above the list."""
        query = request.GET.copy()
        links = []
        for kind, label in KINDS.items():
            query["format"] = kind
            links.append((f"exporter/?{query.urlencode()}", f"Exporter ({label})"))
        return links


def file_response(kind: str, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The download, named « dossiers-2026-11-25.xlsx »."""
    content = spreadsheets.write(kind, headers, rows, name)
    response = HttpResponse(content, content_type=spreadsheets.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate()}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def journal_export(request: HttpRequest, about: type[Model] | Model, name: str, count: int) -> None:
    """Write in the journal that a list of people left the site: who took it, of what, how many lines."""
    kind = ContentType.objects.get_for_model(about, for_concrete_model=False)
    LogEntry.objects.create(
        user_id=str(request.user.pk),
        content_type=kind,
        object_id=str(about.pk) if isinstance(about, Model) else None,
        object_repr=name[:200],
        action_flag=VIEW,
        change_message=f"Exporté : {plural(count, 'ligne')}.",
    )
