"""The journal of the admin: who did what, and who read whose file. Everybody's acts, edited by nobody."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin.read_only import OnlyRead

VIEW = 4
"""``LogEntry.action_flag`` of a personal file that was read; 1 to 3 are Django's own."""
KINDS = {ADDITION: "ajout", CHANGE: "acte ou modification", DELETION: "suppression", VIEW: "consultation"}
SAME_VISIT = timedelta(minutes=10)
"""A file read again by the same person within this time is the same reading."""


class RecordsViews(admin.ModelAdmin):
    """An admin of personal files: reading one is written in the journal."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == 200:
            self.record_view(request, self.get_object(request, unquote(object_id)))
        return response

    def record_view(self, request: HttpRequest, obj: Any) -> None:
        """Write that this member of staff read the file of *obj*, once a visit."""
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        same = {"user_id": str(request.user.pk), "content_type": kind, "object_id": str(obj.pk), "action_flag": VIEW}
        if not LogEntry.objects.filter(**same, action_time__gt=timezone.now() - SAME_VISIT).exists():
            LogEntry.objects.create(**same, object_repr=str(obj)[:200], change_message="Fiche consultée.")


class KindFilter(admin.SimpleListFilter):
    """What was done."""

    title = "nature"
    parameter_name = "nature"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(flag), name) for flag, name in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        chosen = self.value()
        return queryset.filter(action_flag=chosen) if chosen in {str(flag) for flag in KINDS} else queryset


@admin.register(LogEntry)
class JournalAdmin(OnlyRead):
    """Read, searched, never written by hand."""

    list_display = ("action_time", "who", "kind", "what", "said")
    list_display_links = None
    list_filter = (KindFilter, ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__birth_name")
    date_hierarchy = "action_time"
    actions = None

    @admin.display(description="qui", ordering="user")
    def who(self, entry: LogEntry) -> str:
        return str(entry.user)

    @admin.display(description="nature", ordering="action_flag")
    def kind(self, entry: LogEntry) -> str:
        return KINDS.get(entry.action_flag, "—")

    @admin.display(description="sur quoi")
    def what(self, entry: LogEntry) -> SafeString | str:
        """The object, with the way to it while it is there."""
        kind = entry.content_type.name if entry.content_type else ""
        if not (entry.content_type and entry.object_id) or entry.action_flag == DELETION:
            return f"{kind} : {entry.object_repr}"
        name = f"{self.admin_site.name}:{entry.content_type.app_label}_{entry.content_type.model}_change"
        try:
            url = reverse(name, args=[entry.object_id])
        except NoReverseMatch:
            return f"{kind} : {entry.object_repr}"
        return format_html('{} : <a href="{}">{}</a>', kind, url, entry.object_repr)

    @admin.display(description="en détail")
    def said(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A line says all there is: its own page is the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:admin_logentry_changelist"))
