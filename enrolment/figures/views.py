"""The pages of « Chiffres »: the year, its lists, what serves to write, and the page to print."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Subject
from core import french
from core.admin.exports import file_response
from enrolment.figures.board import MONEY, Board
from enrolment.figures.lists import LISTS, FigureList
from enrolment.figures.paths import STEP_LISTS
from enrolment.figures.scope import NOWHERE, Scope, epcis

PERMISSION = "enrolment.view_enrolment"
ROWS_A_PAGE = 200

figures_only = permission_required(PERMISSION, raise_exception=True)


def _scope(request: HttpRequest) -> Scope:
    return Scope.from_query(request.GET, timezone.localdate())


def _context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), **more}


def _find(name: str) -> FigureList:
    found = LISTS.get(name) or STEP_LISTS.get(name)
    if found is None:
        raise Http404(name)
    return found


@figures_only
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A year, whole or of a subject or an intercommunalité."""
    scope = _scope(request)
    context = _context(
        request,
        title=f"Chiffres {scope.words}",
        board=Board(scope),
        scope=scope,
        subjects=list(Subject.objects.order_by("name").values_list("pk", "name")),
        epcis=[*epcis().items(), (NOWHERE, "Sans commune connue")],
    )
    return TemplateResponse(request, "desk/figures/page.html", context)


@figures_only
@require_safe
def printed(request: HttpRequest, year: int) -> HttpResponse:
    """One A4 page of a year, for the board."""
    scope = Scope.from_query({"annee": str(year)}, timezone.localdate())
    if scope.year != year:
        raise Http404(str(year))
    context = {"board": Board(scope), "scope": scope, "today": french.day(scope.today, weekday=False)}
    return TemplateResponse(request, "desk/figures/print.html", context)


@figures_only
@require_safe
def figure_list(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind a number."""
    each, scope = _find(name), _scope(request)
    pages = Paginator(each.rows(scope), ROWS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    total = each.total(scope)
    context = _context(
        request,
        title=f"{each.title}, {scope.words}",
        each=each,
        scope=scope,
        pages=shown,
        lines=[each.cells(row) for row in shown],
        total=total,
        total_shown=french.euros(total) if name in MONEY else str(total),
    )
    return TemplateResponse(request, "desk/figures/list.html", context)


@figures_only
@require_safe
def letters(request: HttpRequest, name: str) -> HttpResponse:
    """The list as a spreadsheet, to write to town halls; nobody is named in it."""
    each, scope = _find(name), _scope(request)
    if not each.letters:
        raise Http404(name)
    rows = [[text for text, _ in each.cells(row)] for row in each.rows(scope)]
    return file_response("csv", f"{name}-{scope.year}", each.columns, rows)
