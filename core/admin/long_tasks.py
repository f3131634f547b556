"""The pages of long work in the admin: give, see what it would do, confirm, leave and come back."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from core import long_tasks
from core.long_tasks import Given, Work
from core.models import LongTask

MOST_SHOWN = 5
"""Works of before that the first page shows."""


class GivenWork(Work):
    """Long work that staff begin by giving a file or a text on a page of an admin.

    *page*: the last part of its address, *url_name* that of its name. *template* extends ``admin/long_task.html`` and
    says what was found.
    """

    page: ClassVar[str] = ""
    url_name: ClassVar[str] = "import"
    title: ClassVar[str] = ""
    confirm_label: ClassVar[str] = "Importer"
    form_class: ClassVar[type[forms.Form]]
    template: ClassVar[str] = "admin/long_task.html"
    permissions: ClassVar[tuple[str, ...]] = ()

    choices: ClassVar[tuple[str, ...]] = ()
    """Names of the boxes that may be ticked beside what was found."""

    def given_by(self, form: Any) -> tuple[Iterable[bytes], dict[str, Any]]:
        """What was given, piece by piece, and the choices made with it, of a valid form."""
        return form.cleaned_data["file"].chunks(), {}

    def chosen(self, posted: Any) -> dict[str, Any]:
        """The choices made on the page that shows what was found."""
        return {name: name in posted for name in self.choices}

    def corrected(self, posted: Any) -> dict[str, Any]:
        """What staff corrected, for another reading of what they gave."""
        return {}

    def context(self, found: dict[str, Any], work: LongTask) -> dict[str, Any]:
        """What *template* shows besides what was found."""
        return {}

    def nothing_to_write(self, found: dict[str, Any]) -> bool:
        """Whether what was found leaves nothing to confirm."""
        return False

    def said(self, found: dict[str, Any]) -> str:
        """What was done, in a sentence, for the journal."""
        raise NotImplementedError

    def journal(self, given: Given, model: Any, found: dict[str, Any]) -> None:
        """Write in the journal that it was done; in the transaction of the act."""
        kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
        name = str(model._meta.verbose_name_plural)
        message = f"{self.title}. {self.said(found)}"
        LogEntry.objects.create(
            user_id=str(given.by.pk), content_type=kind, object_repr=name, action_flag=CHANGE, change_message=message
        )


class LongTasksAdmin:
    """Mixed into an admin: the pages of its kinds of long work (*works*)."""

    works: ClassVar[tuple[type[GivenWork], ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        urls = []
        for kind in self.works:
            name = f"{self.opts.app_label}_{self.opts.model_name}_{kind.url_name}"  # type: ignore[attr-defined]
            # Exempt inside and out: whoever checks the token reads the file; `_give` checks it, in its own time.
            first = self.admin_site.admin_view(csrf_exempt(self._pages(kind).give))  # type: ignore[attr-defined]
            later = self.admin_site.admin_view(self._pages(kind).follow)  # type: ignore[attr-defined]
            urls += [
                path(f"{kind.page}/", first, name=name),
                path(f"{kind.page}/<uuid:work_id>/", later, name=f"{name}_work"),
            ]
        return [*urls, *super().get_urls()]  # type: ignore[misc]

    def _pages(self, kind: type[GivenWork]) -> "Pages":
        return Pages(self, kind())


class Pages:
    """The two pages of one kind of work in one admin."""

    def __init__(self, model_admin: Any, kind: GivenWork) -> None:
        self.admin, self.kind = model_admin, kind
        self.name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{kind.url_name}"

    def give(self, request: HttpRequest) -> HttpResponse:
        """Give a file or a text; what is large goes by a temporary file."""
        self._check(request)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return csrf_protect(self._give)(request)

    def _give(self, request: HttpRequest) -> HttpResponse:
        form = self.kind.form_class(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            content, options = self.kind.given_by(form)
            work = long_tasks.start(type(self.kind), content, options, request.user)
            return HttpResponseRedirect(reverse(f"{self.name}_work", args=[work.pk]))
        before = LongTask.objects.filter(kind=self.kind.name, by_id=request.user.pk).defer("content", "report")
        recent = [
            (reverse(f"{self.name}_work", args=[each.pk]), each) for each in before.order_by("-created_at")[:MOST_SHOWN]
        ]
        status = 422 if form.is_bound and form.errors else 200
        return self._page(request, {"form": form, "recent": recent}, status=status)

    def follow(self, request: HttpRequest, work_id: Any) -> HttpResponse:
        """How far it is; what was found; the buttons that go with it."""
        self._check(request)
        work = get_object_or_404(
            LongTask.objects.defer("content").select_related("by"), pk=work_id, kind=self.kind.name
        )
        if request.method == "POST":
            return self._decide(request, work)
        now = timezone.now()
        found = work.found
        ready = work.state in {LongTask.State.SHOWN, LongTask.State.DONE}
        context = {
            "work": work,
            "found": found,
            "lost": work.is_lost(now),
            "nothing": ready and self.kind.nothing_to_write(found),
        }
        context |= {"waits_long": work.is_waiting and (now - work.created_at).total_seconds() > 60}
        return self._page(request, context | (self.kind.context(found, work) if ready else {}))

    def _decide(self, request: HttpRequest, work: LongTask) -> HttpResponse:
        match request.POST.get("act"):
            case "confirm" if not long_tasks.confirm(work, request.user, self.kind.chosen(request.POST)):
                messages.warning(request, "C'était déjà confirmé : rien n'est fait deux fois.")
            case "again":
                long_tasks.look_again(work, self.kind.corrected(request.POST))
            case "drop":
                long_tasks.drop(work)
                messages.info(request, "Rien n'a été écrit.")
                return HttpResponseRedirect(self.admin.url("changelist"))
            case "resume":
                long_tasks.resume(work, timezone.now())
        return HttpResponseRedirect(reverse(f"{self.name}_work", args=[work.pk]))

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perms(self.kind.permissions):
            raise PermissionDenied

    def _page(self, request: HttpRequest, more: dict[str, Any], status: int = 200) -> HttpResponse:
        context = self.admin.admin_site.each_context(request)
        context |= {"opts": self.admin.opts, "title": self.kind.title, "kind": self.kind, "start": reverse(self.name)}
        return TemplateResponse(request, self.kind.template, context | more, status=status)
