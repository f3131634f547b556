"""EDOF in the admin: a list is given, its matches are shown and confirmed; what differs is a work list."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.requests import AuthenticatedRequest
from core.admin.actions import Button
from core.admin.long_tasks import GivenWork, LongTasksAdmin
from core.admin.read_only import ActingAdmin
from core.forms.base import BaseForm
from core.long_tasks import Given, RefusedError
from core.models import LongTask
from core.spreadsheets import UnreadableError
from enrolment.funding import edof
from enrolment.funding.edof_reader import MEANINGS
from enrolment.models import EdofDifference

KEY = re.compile(r"[0-9a-f-]{36}")
"""What names a dossier on the page."""


class EdofForm(BaseForm):
    """A file, or a text that was copied."""

    file = forms.FileField(label="Fichier exporté d'EDOF (.csv ou .xlsx)", required=False)
    text = forms.CharField(
        label="Ou collez ici une liste, ou les objets des mails d'EDOF",
        help_text="Un dossier par ligne. Par exemple : [Non traité] Dossier de formation n°…",
        widget=forms.Textarea(attrs={"rows": 8, "cols": 90, "spellcheck": "false"}),
        required=False,
    )
    complete = forms.BooleanField(
        label="Cette liste contient tous les dossiers en cours dans EDOF",
        help_text="Alors ce qui est ici et n'y figure pas est signalé aussi.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("file") and not given.get("text") and not self.errors:
            self.add_error("text", "Choisissez un fichier, ou collez une liste.")
        return given


class EdofWork(GivenWork):
    """What EDOF knows, brought beside the dossiers."""

    name = "edof"
    page = "lire"
    url_name = "read"
    title = "Lire ce que dit EDOF"
    confirm_label = "Noter ce qui est coché"
    form_class = EdofForm
    template = "admin/enrolment/edof.html"
    permissions = ("enrolment.change_enrolment", "enrolment.change_edofdifference")
    refusals = (RefusedError, UnreadableError)

    def given_by(self, form: Any) -> tuple[Iterable[bytes], dict[str, Any]]:
        file: UploadedFile | None = form.cleaned_data["file"]
        content = file.chunks() if file else [form.cleaned_data["text"].encode()]
        return content, {"complete": form.cleaned_data["complete"]}

    def chosen(self, posted: Any) -> dict[str, Any]:
        said = {name.removeprefix("line-"): value for name, value in posted.items() if name.startswith("line-")}
        return {"picked": {place: key for place, key in said.items() if place.isdecimal() and KEY.fullmatch(key)}}

    def corrected(self, posted: Any) -> dict[str, Any]:
        columns = {meaning: posted.get(f"column-{meaning}", "") for meaning in MEANINGS}
        return {"mapping": {meaning: int(place) for meaning, place in columns.items() if place.isdecimal()}}

    def look(self, given: Given) -> dict[str, Any]:
        mapping = given.options.get("mapping")
        return edof.look(
            given.content, mapping, complete=bool(given.options.get("complete")), today=timezone.localdate()
        )

    def write(self, given: Given) -> dict[str, Any]:
        found = edof.write(given, timezone.now())
        self.journal(given, EdofDifference, found)
        return found

    def said(self, found: dict[str, Any]) -> str:
        return f"Dossiers mis à jour : {len(found['noted'])}. Écarts : {found['differing']}."

    def context(self, found: dict[str, Any], work: LongTask) -> dict[str, Any]:
        headers = list(enumerate(found.get("headers", ())))
        mapping = found.get("mapping", {})
        columns = [(meaning, words, mapping.get(meaning, "")) for meaning, words in MEANINGS.items()]
        lines = found.get("lines", [])
        counts = {sure: sum(line["sureness"] == sure for line in lines) for sure in ("certain", "possible", "none")}
        return {"headers": headers, "columns": columns if headers else [], "counts": counts}


class SettleForm(BaseForm):
    """What was done about it."""

    how = forms.CharField(label="Ce qui a été fait", max_length=300, required=False)


SETTLE = Button("settle", "C'est réglé", SettleForm, "L'écart quitte la liste de travail ; il reste lisible ici.")


class OpenFilter(admin.SimpleListFilter):
    """Still to be looked into, or settled."""

    title = "suite"
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a-regler", "à régler"), ("regles", "réglés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EdofDifference]) -> QuerySet[EdofDifference]:
        if self.value() == "a-regler":
            return queryset.filter(settled_at=None)
        return queryset.exclude(settled_at=None) if self.value() == "regles" else queryset


@admin.register(EdofDifference)
class EdofDifferenceAdmin(LongTasksAdmin, ActingAdmin):
    works = (EdofWork,)
    list_display = ("words", "kind", "dossier", "number", "seen_at", "settled_at", "settled_by")
    list_filter = (OpenFilter, "kind")
    list_select_related = ("enrolment", "settled_by")
    search_fields = ("number", "who", "words", "enrolment__reference")
    actions = ("settle",)

    @admin.display(description="dossier", ordering="enrolment")
    def dossier(self, difference: EdofDifference) -> SafeString | str:
        if difference.enrolment is None:
            return "—"
        url = reverse("admin:enrolment_enrolment_change", args=[difference.enrolment.pk])
        return format_html('<a href="{}">{}</a>', url, difference.enrolment)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools = [(self.url("read"), EdofWork.title)] if request.user.has_perms(EdofWork.permissions) else []
        return super().changelist_view(request, {"file_tools": tools, **(extra_context or {})})

    def buttons(self, obj: EdofDifference) -> list[Button]:
        return [SETTLE] if obj.settled_at is None else []

    def bulk_buttons(self) -> list[Button]:
        return [SETTLE]

    def about(self, obj: EdofDifference) -> str:
        return obj.words

    def carry_out(self, request: AuthenticatedRequest, obj: EdofDifference, button: Button, form: forms.Form) -> str:
        how = form.cleaned_data["how"]
        settled = {"settled_at": timezone.now(), "settled_by": request.user, "settled_how": how}
        EdofDifference.objects.filter(pk=obj.pk, settled_at=None).update(**settled)
        return "L'écart est réglé."

    @admin.action(description="C'est réglé", permissions=["change"])
    def settle(self, request: HttpRequest, queryset: QuerySet[EdofDifference]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, SETTLE.name)
