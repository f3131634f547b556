"""« Reprendre »: choose among last year's trainings, adjust their drafts in a grid, publish what is ready."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from catalogue.admin.imports import TrainingFiles
from catalogue.admin.renewal_forms import Row, rows_of, with_pasted_links
from catalogue.models import Renewal, SchoolHoliday
from catalogue.trainings import publishing, references, renewal
from core.admin.actions import ButtonsAdmin
from core.french import plural

PERMISSIONS = tuple(f"catalogue.{verb}_{thing}" for verb in ("add", "change") for thing in ("training", "session"))


class RenewalPages(TrainingFiles, ButtonsAdmin):
    """Mixed into the admin of trainings."""

    def file_tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        renew = [(reverse("admin:catalogue_training_renew"), "Reprendre l'an dernier")]
        return [*(renew if request.user.has_perms(PERMISSIONS) else []), *super().file_tools(request)]

    def get_urls(self) -> list[Any]:
        choose, grid = self.admin_site.admin_view(self.choose), self.admin_site.admin_view(self.grid)
        return [
            path("reprendre/", choose, name="catalogue_training_renew"),
            path("reprendre/<int:year>/", grid, name="catalogue_training_renewal"),
            *super().get_urls(),
        ]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Last year's trainings, with the days proposed; those that are ticked become drafts."""
        _check(request)
        years = renewal.years_with_sessions()
        asked = request.POST.get("year") or request.GET.get("annee") or ""
        year = int(asked) if asked.isdecimal() and int(asked) in years else renewal.default_year()
        if request.method == "POST":
            return self._take_up(request, year)
        found = list(renewal.candidates(year))
        prepared = Renewal.objects.order_by("-year").values_list("year", flat=True).distinct()
        context = {"year": year, "next_year": year + 1, "years": years, "candidates": found, "prepared": list(prepared)}
        return self._page(request, "choose", {**context, "title": f"Reprendre les formations de {year}"})

    def _take_up(self, request: HttpRequest, year: int) -> HttpResponse:
        wanted = [int(pk) for pk in request.POST.getlist("taken") if pk.isdecimal()]
        if not wanted:
            messages.error(request, "Cochez au moins une formation à reprendre.")
            return HttpResponseRedirect(reverse("admin:catalogue_training_renew", query={"annee": year}))
        done, before = renewal.take_up(year, wanted)
        if done:
            self.journal(request, f"Formations de {year} reprises pour {year + 1} : {done}.")
            messages.success(request, f"{plural(done, 'brouillon')} pour {year + 1}. Rien n'est publié pour l'instant.")
        if before:
            messages.info(request, f"Déjà repris auparavant : {before}.")
        return HttpResponseRedirect(reverse("admin:catalogue_training_renewal", args=[year + 1]))

    def grid(self, request: HttpRequest, year: int) -> HttpResponse:
        """The drafts of *year*: each is saved by itself; what cannot be saved stays as it was typed."""
        _check(request)
        if not 2000 <= year <= 2100:
            raise Http404
        today = timezone.localdate()
        rows = rows_of(year, today)
        if request.method != "POST":
            return self._grid(request, year, rows)
        data, wrong = with_pasted_links(request.POST, rows)
        rows = rows_of(year, today, data)
        typed = [row for row in rows if row.is_draft and row.has_changed()]
        kept = [row for row in typed if not (row.is_valid() and self._save(request, row))]
        published = self._publish(request, year, kept) if request.POST.get("act") == "publish" else 0
        saved = sum(row.saved for row in rows)
        if saved or published:
            words = f"Enregistré : {plural(saved, 'formation')}. Publié : {plural(published, 'formation')}."
            messages.success(request, words)
        if kept or wrong:
            fresh = {row.renewal.pk: row for row in rows_of(year, today)}
            shown = [row if row in kept else fresh.get(row.renewal.pk, row) for row in rows]
            context = {"links": request.POST.get("links", "") if wrong else "", "wrong": wrong, "kept": kept}
            return self._grid(request, year, shown, status=422, **context)
        return HttpResponseRedirect(request.path)

    def _save(self, request: HttpRequest, row: Row) -> bool:
        try:
            with transaction.atomic():
                saved = row.save()
                if saved:
                    self.log_change(request, row.training, "Préparation de l'année : titre, référence, lien ou dates.")
        except IntegrityError:  # two drafts of the grid were given the same reference
            row.form.add_error("reference", references.taken(row.form.cleaned_data["reference"]))
            row.saved = False
            return False
        return saved

    def _publish(self, request: HttpRequest, year: int, kept: list[Row]) -> int:
        """Publish the drafts that lack nothing and whose typing is saved. Return how many."""
        waiting = {row.training.pk for row in kept}
        published = 0
        for row in rows_of(year, timezone.localdate()):
            if row.is_draft and row.training.pk not in waiting and not row.must:
                try:
                    with transaction.atomic():
                        publishing.publish(row.training, timezone.localdate())
                        self.log_change(request, row.training, "Publier. La formation est publiée.")
                except ValidationError:
                    continue  # something was taken away meanwhile: it is said at its row
                published += 1
        return published

    def _grid(self, request: HttpRequest, year: int, rows: list[Row], status: int = 200, **more: Any) -> HttpResponse:
        drafts = [row for row in rows if row.is_draft]
        context = {
            "title": f"Préparer {year}",
            **dict.fromkeys(("links", "wrong", "kept"), ""),
            "rows": rows,
            "drafts": len(drafts),
            "ready": sum(not row.must for row in drafts),
            "calendar_url": reverse("admin:catalogue_schoolholiday_changelist"),
            "calendar_known": SchoolHoliday.objects.filter(last_day__year=year).exists(),
            "error_count": sum(row.is_wrong for row in rows),
        }
        return self._page(request, "grid", context | more, status=status)

    def _page(self, request: HttpRequest, name: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        return TemplateResponse(request, f"admin/catalogue/training/renewal_{name}.html", context, status=status)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
