"""Named buttons: the one way in which staff act on what they may not edit by hand.

An admin says which buttons an object has now (``buttons``), what each would do (``consequences``) and carries it out
(``carry_out``). The mechanism asks for confirmation, checks the permission, notices what changed since the page was
read, keeps what was typed, and writes the journal (``LogEntry``) in the transaction of the act.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import quote, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from core import french
from core.admin.consequences import Consequences
from core.admin.versions import INPUT as VERSION
from core.admin.versions import fingerprint
from core.forms.base import BaseForm

SEEN = "_seen"
"""Name of the posted digest of the consequences that the page showed."""
OWN = frozenset({VERSION, SEEN, "csrfmiddlewaretoken", "action", "index", "select_across", ACTION_CHECKBOX_NAME})
"""Posted values that nobody typed."""
GONE = "ce n'est plus possible : l'état a changé entre-temps"


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


@dataclass(frozen=True)
class Button:
    """One thing staff may do with an object as it stands. *what* tells them what will happen.

    *permission* (``app.codename``) is asked for instead of the right to change the object. *preview*: what it would
    do depends on what is typed, and is shown once that is known. *sensitive*: ``ButtonsAdmin.prove`` is asked first.
    *template*: a page of its own instead of ``confirm_template``. *done*: the word that counts what was done to
    several at once.
    """

    name: str
    label: str
    form_class: type[forms.Form] = ConfirmForm
    what: str = ""
    permission: str = ""
    preview: bool = False
    template: str = ""
    sensitive: bool = False
    done: str = "fait"


class ButtonsAdmin(admin.ModelAdmin):
    """An admin with named buttons, on the page of an object and, for several objects at once, on their list."""

    confirm_template = "admin/confirm.html"
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """What ``carry_out`` may raise to say, in words for staff, that it was not done."""

    # What a subclass says ---------------------------------------------------------------------------

    def buttons(self, obj: Any) -> list[Button]:
        """What may be done now with this object."""
        return []

    def bulk_buttons(self) -> list[Button]:
        """What may be done with several objects of the list at once, each in a transaction of its own."""
        return []

    def about(self, obj: Any) -> str:
        """What helps to recognise the object on the page of confirmation."""
        return ""

    def consequences(self, request: Any, obj: Any, button: Button, form: forms.Form) -> Consequences | None:
        """What the act would do, with what *form* holds (a bound form is valid); None when ``what`` says it all."""
        return None

    def carry_out(self, request: Any, obj: Any, button: Button, form: forms.Form) -> str:
        """Do it; the sentence that tells staff what was done. Raises one of ``refusals``."""
        raise NotImplementedError

    def form_for(self, request: Any, obj: Any, button: Button) -> forms.Form:
        """The form of *button*, bound when it was posted."""
        return button.form_class(request.POST if request.method == "POST" else None)

    def prove(self, request: Any) -> HttpResponse | None:
        """Before a sensitive button: the page that asks for a proof of who presses it; None when one was just given."""
        raise NotImplementedError

    def version(self, obj: Any) -> str:
        """What must not have changed between reading the page and pressing the button."""
        return fingerprint(obj)

    def meanwhile(self, obj: Any) -> str:
        """Who did what last, in a sentence; empty when the journal does not know."""
        kind = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        last = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user").first()
        if last is None:
            return ""
        at = timezone.localtime(last.action_time)
        return f"{last.user}, {french.day(at.date())} à {french.hour(at)} : {last.get_change_message()}"

    def after(self, request: Any, obj: Any, button: Button) -> str:
        """Where staff go once it is done: the object's page."""
        return self.url("change", obj)

    # The pages --------------------------------------------------------------------------------------

    def url(self, page: str, *objects: Any, **kwargs: Any) -> str:
        """Address of a page of this admin: ``changelist``, ``add``, ``change``, ``act``."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(getattr(each, "pk", each)) for each in objects], **kwargs)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        act = path("<path:object_id>/agir/<slug:name>/", self.admin_site.admin_view(self.act), name=name)
        return [act, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        shown = {"acting_buttons": self.allowed(request, obj) if obj else []}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def allowed(self, request: HttpRequest, obj: Any) -> list[tuple[Button, str]]:
        """The buttons of *obj* that this member of staff may press, with their addresses."""
        mine = [button for button in self.buttons(obj) if self.may(request, button, obj)]
        return [(button, self.url("act", obj, button.name)) for button in mine]

    def may(self, request: HttpRequest, button: Button, obj: Any = None) -> bool:
        """Whether this member of staff may press *button*."""
        if button.permission:
            return bool(request.user.has_perm(button.permission))
        return self.has_change_permission(request, obj)

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show what will happen and ask (GET, and POST until the consequences were seen), then do it (POST)."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        button = next((each for each in self.buttons(obj) if each.name == name), None)
        if button is None:
            return self._gone(request, obj, name)
        if not self.may(request, button, obj):
            raise PermissionDenied
        if button.sensitive and (asked := self.prove(request)):
            return asked
        form = self.form_for(request, obj, button)
        if request.method != "POST":
            return self.ask(request, obj, button, form)
        if not form.is_valid():
            return self.ask(request, obj, button, form, status=422)
        if request.POST.get(VERSION) != self.version(obj):
            return self.ask(request, obj, button, form, changed=True, status=409)
        found = self.consequences(request, obj, button, form)
        if found and request.POST.get(SEEN) != found.digest:
            return self.ask(request, obj, button, form)
        return self._do(request, obj, button, form)

    def _do(self, request: HttpRequest, obj: Any, button: Button, form: forms.Form) -> HttpResponse:
        try:
            said = self._journaled(request, obj, button, form)
        except self.refusals as error:
            return self.ask(request, obj, button, form, refused=self._words(error), status=409)
        messages.success(request, said)
        return HttpResponseRedirect(self.after(request, obj, button))

    def _journaled(self, request: HttpRequest, obj: Any, button: Button, form: forms.Form) -> str:
        with transaction.atomic():
            said = self.carry_out(request, obj, button, form)
            self.log_change(request, obj, f"{button.label}. {said}")
        return said

    def journal(self, request: HttpRequest, what: str) -> None:
        """Write in the journal what concerns no single object, such as an import."""
        kind = ContentType.objects.get_for_model(self.model, for_concrete_model=False)
        name = str(self.opts.verbose_name_plural)
        LogEntry.objects.create(
            user_id=str(request.user.pk), content_type=kind, object_repr=name, action_flag=CHANGE, change_message=what
        )

    @staticmethod
    def _words(error: Exception) -> str:
        return " ".join(getattr(error, "messages", [str(error)]))

    def ask(self, request: HttpRequest, obj: Any, button: Button, form: forms.Form, **more: Any) -> HttpResponse:
        """The page of confirmation; *more* says why it is asked again (``changed``, ``refused``)."""
        status = more.pop("status", 200)
        found = self.consequences(request, obj, button, form) if not form.is_bound or form.is_valid() else None
        context = self._context(request, obj, title=button.label, button=button, form=form) | more
        context |= {"about": self.about(obj), "consequences": found, "version": self.version(obj)}
        context |= {"seen": found.digest if found else ""}
        context["ready"] = found is not None or not button.preview
        if more.get("changed") or more.get("refused"):
            context["meanwhile"] = self.meanwhile(obj)
        return TemplateResponse(request, button.template or self.confirm_template, context, status=status)

    def _gone(self, request: HttpRequest, obj: Any, name: str) -> HttpResponse:
        """The button is no more: say who did what meanwhile, and give back what was typed."""
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        typed = [str(value) for key, value in request.POST.items() if key not in OWN and value]
        context = self._context(request, obj, title="Cette action n'est plus possible")
        context |= {"gone": True, "meanwhile": self.meanwhile(obj), "typed": typed, "about": self.about(obj)}
        return TemplateResponse(request, self.confirm_template, context, status=409)

    def _context(self, request: HttpRequest, obj: Any, **more: Any) -> dict[str, Any]:
        back = self.url("change", obj) if obj else self.url("changelist")
        own = {"opts": self.opts, "original": obj, "back": back, "seen": "", "version": "", "meanwhile": ""}
        return {**self.admin_site.each_context(request), **own, **more}

    # Several at once --------------------------------------------------------------------------------

    def act_on_many(self, request: HttpRequest, queryset: QuerySet, name: str) -> HttpResponse | None:
        """Ask once for all the objects ticked, then do it to each in a transaction of its own, and say how it went.

        An ``@admin.action`` of the subclass calls it with the name of one of ``bulk_buttons``.
        """
        button = next(each for each in self.bulk_buttons() if each.name == name)
        if not self.may(request, button):
            raise PermissionDenied
        if button.sensitive and (asked := self.prove(request)):
            return asked
        rows = list(queryset)
        form = button.form_class(request.POST if SEEN in request.POST else None)
        if form.is_valid():
            done, refused = self._each(request, rows, button, form)
            messages.add_message(
                request, messages.WARNING if refused else messages.SUCCESS, _sum(button.done, done, refused)
            )
            return None
        context = self._context(request, None, title=button.label, button=button, form=form, rows=rows)
        context |= {"about": "", "checkbox": ACTION_CHECKBOX_NAME, "action": request.POST.get("action"), "ready": True}
        return TemplateResponse(request, self.confirm_template, context, status=422 if form.errors else 200)

    def _each(
        self, request: HttpRequest, rows: list[Any], button: Button, form: forms.Form
    ) -> tuple[int, dict[str, list[str]]]:
        done = 0
        refused: dict[str, list[str]] = {}
        for row in rows:
            if button.name not in {each.name for each in self.buttons(row)}:
                refused.setdefault(GONE, []).append(str(row))
                continue
            try:
                self._journaled(request, row, button, form)
            except self.refusals as error:
                words = self._words(error).rstrip(".")
                refused.setdefault(words[0].lower() + words[1:], []).append(str(row))
            else:
                done += 1
        return done, refused


def _sum(word: str, done: int, refused: dict[str, list[str]]) -> str:
    """« 9 acceptées, 1 non : la session est complète (79-AAAA-BBBB). »."""
    words = french.plural(done, word)
    why = " ; ".join(f"{reason} ({', '.join(rows)})" for reason, rows in refused.items())
    return f"{words}, {sum(map(len, refused.values()))} non : {why}." if refused else f"{words}."
