"""An admin that edits nothing by hand: staff read, and press named buttons that ask for confirmation."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from core.forms.base import BaseForm


@dataclass(frozen=True)
class Button:
    """One thing staff may do with an object as it stands. *what* tells them what will happen."""

    name: str
    label: str
    form_class: type[forms.Form]
    what: str = ""


class ConfirmForm(BaseForm):
    """Nothing to fill in: the button itself is the confirmation."""


class ReasonForm(BaseForm):
    """A reason, which goes into the mail."""

    reason = forms.CharField(
        label="Motif",
        help_text="Figurera dans le mail à l'élu.",
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
        error_messages={"required": "Indiquez le motif : il figurera dans le mail."},
    )


class ReadOnlyInline(admin.TabularInline):
    """Rows below an object, to be read."""

    extra = 0
    can_delete = False
    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ActingAdmin(admin.ModelAdmin):
    """Read-only pages with buttons. Subclasses say which buttons an object has, and carry them out."""

    change_form_template = "enrolment/admin/acting.html"
    actions = None
    view_on_site = False  # the person's own page: nobody else's
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """What ``carry_out`` may raise to say, in words for staff, that it was not done."""

    def buttons(self, obj: Any) -> list[Button]:
        """What may be done now."""
        raise NotImplementedError

    def about(self, obj: Any) -> str:
        """What helps to recognise the object on the page of confirmation."""
        return ""

    def carry_out(self, request: Any, obj: Any, button: Button, form: forms.Form) -> str:
        """Do it; the sentence that tells staff what was done. Raises one of ``refusals``."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.opts.concrete_fields if not field.primary_key]

    def get_urls(self) -> list[URLPattern]:
        act = path(
            "<path:object_id>/agir/<str:name>/",
            self.admin_site.admin_view(self.act),
            name=f"{self.opts.app_label}_{self.opts.model_name}_act",
        )
        return [act, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        shown = {"acting_buttons": self._with_urls(obj) if obj and self.has_change_permission(request, obj) else []}
        hidden = {"show_save": False, "show_save_and_continue": False, "show_close": True}
        return super().change_view(request, object_id, form_url, {**shown, **hidden, **(extra_context or {})})

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for confirmation (GET), then do it (POST)."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        button = next((each for each in self.buttons(obj) if each.name == name), None)
        if button is None:
            messages.warning(request, "L'état a changé entre-temps : cette action n'est plus possible.")
            return self._back(obj)
        form = button.form_class(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                messages.success(request, self.carry_out(request, obj, button, form))
            except self.refusals as error:
                messages.error(request, str(error))
            return self._back(obj)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": obj, "form": form}
        context |= {"button": button, "title": button.label, "about": self.about(obj)}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "enrolment/admin/confirm.html", context, status=status)

    def _with_urls(self, obj: Any) -> list[tuple[Button, str]]:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_act"
        return [(button, reverse(name, args=[obj.pk, button.name])) for button in self.buttons(obj)]

    def _back(self, obj: Any) -> HttpResponseRedirect:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))
