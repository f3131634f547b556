"""« Ouvrir un dossier pour quelqu'un »: prepare it, give the link by mail or by letter, take it back."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.contact import phones
from accounts.models import Mandate, User
from accounts.requests import AuthenticatedRequest
from core.admin.actions import Button
from core.admin.consequences import Consequences, preview
from core.admin.journal import RecordsViews
from core.admin.read_only import ActingAdmin
from core.french import day
from core.requests import unlogged
from enrolment.assisted import letter, preparing
from enrolment.assisted.forms import PreparedForm
from enrolment.assisted.preparing import AssistedError
from enrolment.models import AssistedEnrolment

MAIL = Button("mail", "Envoyer le lien par mail")
REVOKE = Button(
    "revoke",
    "Annuler cette inscription préparée",
    what="Le lien n'ouvre plus rien et ce qui a été saisi est oublié. Un compte que la personne a déjà créé reste le "
    "sien.",
)
HIDDEN_LINK = "https://… (le lien figure dans le mail seulement)"


@admin.register(AssistedEnrolment)
class AssistedAdmin(RecordsViews, ActingAdmin):
    """Read, and acted on by buttons; what was typed is shown until the person has taken it over."""

    refusals = (AssistedError,)
    list_display = ("person", "session", "stage", "opened_at", "opened_by", "expires_at")
    list_select_related = ("session__training", "session__place__commune", "for_user", "opened_by")
    list_filter = (("finished_at", admin.EmptyFieldListFilter), ("revoked_at", admin.EmptyFieldListFilter))
    change_form_template = "admin/enrolment/assistedenrolment/change_form.html"
    fieldsets = (
        (None, {"fields": ("person", "session", "stage", "expires_at", "dossier")}),
        ("Saisi par l'ADM79", {"fields": ("typed", "reach")}),
        ("Pourquoi", {"fields": ("asked_by", "asked_by_name", "recognised", "opened_by", "opened_at")}),
        ("Le lien", {"fields": ("link_sent", "link_sent_at", "finished_at", "revoked_at", "revoked_by")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "person", "stage", "reach", "dossier"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("enrolment.add_assistedenrolment"))

    @admin.display(description="personne")
    def person(self, prepared: AssistedEnrolment) -> str:
        return prepared.name

    @admin.display(description="où elle en est")
    def stage(self, prepared: AssistedEnrolment) -> str:
        return prepared.state

    @admin.display(description="pour la joindre")
    def reach(self, prepared: AssistedEnrolment) -> str:
        """What is known until the person has their account."""
        values = prepared.prepared
        numbers = [phones.shown(values[name]) for name in ("mobile", "landline") if values.get(name)]
        return (
            " — ".join(filter(None, [*numbers, values.get("email", ""), ", ".join(letter.lines_of(prepared))])) or "—"
        )

    @admin.display(description="dossier")
    def dossier(self, prepared: AssistedEnrolment) -> str:
        return str(prepared.enrolment or "—")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        prepared = self.get_object(request, object_id)
        ready = bool(prepared and prepared.is_open(timezone.now()) and self.has_change_permission(request))
        title = f"Inscription préparée pour {prepared.name}" if prepared else None
        shown = {"letter_ready": ready, "show_save_and_add_another": False, "title": title, "subtitle": None}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    # Opening ----------------------------------------------------------------------------------------

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Who asks, how they were recognised, what they say of themselves."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        mandate = _of_the_register(request)
        form = PreparedForm(request.POST or None, initial=_first_values(request, mandate))
        alike: list[User] = []
        if form.is_valid():
            alike = [] if form.cleaned_data["nobody"] else form.look_alikes()
            if not alike:
                return self._prepare(request, form)
        context = {
            **self._context(request, None, title="Ouvrir un dossier pour quelqu'un"),
            "form": form,
            "alike": alike,
            "mandate": mandate,
        }
        status = 422 if form.errors else 409 if alike else 200
        return render(request, "admin/enrolment/assistedenrolment/add.html", context, status=status)

    def _prepare(self, request: AuthenticatedRequest, form: PreparedForm) -> HttpResponse:
        session, values = form.cleaned_data["session"], {**form.typed, "envelope": form.envelope}
        prepared = preparing.prepare(session, form.request, values, form.typed_in_words, request.user, timezone.now())
        write_down(request.user, prepared)
        messages.success(request, "C'est préparé. Donnez maintenant le lien à la personne : par mail, ou par lettre.")
        return HttpResponseRedirect(self.url("change", prepared))

    # The link ---------------------------------------------------------------------------------------

    def buttons(self, obj: AssistedEnrolment) -> list[Button]:
        if not obj.is_open(timezone.now()):
            return []
        return [*([MAIL] if preparing.mail_of(obj) else []), REVOKE]

    def about(self, obj: AssistedEnrolment) -> str:
        return f"pour {obj.name}"

    def consequences(
        self, request: Any, obj: AssistedEnrolment, button: Button, form: forms.Form
    ) -> Consequences | None:
        if button != MAIL:
            return None
        before = ("Le lien donné auparavant n'ouvrira plus rien.",) if obj.link_sent_at else ()
        context = preparing.mail_context(obj, HIDDEN_LINK)
        mail = preview("enrolment/prepared", context, preparing.mail_of(obj))
        return Consequences(
            facts=(f"Le lien sert jusqu'au {day(timezone.localdate(obj.expires_at))}.", *before), mails=(mail,)
        )

    def carry_out(self, request: AuthenticatedRequest, obj: AssistedEnrolment, button: Button, form: forms.Form) -> str:
        if button == MAIL:
            return f"Le lien part vers {preparing.send_by_mail(obj, timezone.now())}."
        preparing.revoke(obj, request.user, timezone.now())
        return "Le lien n'ouvre plus rien."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter)
        return [path("<uuid:prepared_id>/lettre/", view, name="assisted-letter"), *super().get_urls()]

    def letter(self, request: AuthenticatedRequest, prepared_id: uuid.UUID) -> HttpResponse:
        """The letter to print, with a fresh code that is nowhere else: the answer to a button, without a redirect."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        prepared = get_object_or_404(AssistedEnrolment.objects.select_related("session__training"), pk=prepared_id)
        try:
            code = preparing.draw_link(prepared, AssistedEnrolment.Sent.LETTER, timezone.now())
        except AssistedError as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(self.url("change", prepared))
        self.log_change(request, prepared, "Lettre préparée, avec un nouveau lien.")
        return unlogged(render(request, "desk/letter.html", letter.context_of(prepared, code)))


def _of_the_register(request: HttpRequest) -> Mandate | None:
    """The line of the register that the finder led from (``?mandat=``), for who may read it and as nobody holds it."""
    asked = request.GET.get("mandat", "")
    if not asked.isdecimal() or not request.user.has_perm("accounts.view_mandate"):
        return None
    return Mandate.objects.filter(pk=int(asked[:18]), user=None).select_related("commune").first()


def _first_values(request: HttpRequest, mandate: Mandate | None) -> dict[str, str]:
    """What the form opens with: the session asked for, and the names of the register."""
    names = {"birth_name": mandate.birth_name, "first_names": mandate.first_name} if mandate else {}
    return {"session": request.GET.get("session", ""), **names}


def write_down(by: User, prepared: AssistedEnrolment) -> None:
    """The journal: who prepared it, who asked, how they were recognised, what staff typed. No name in its title."""
    asked = f"{prepared.get_asked_by_display()} {prepared.asked_by_name}".strip()
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(AssistedEnrolment),
        object_id=str(prepared.pk),
        object_repr=str(prepared)[:200],
        action_flag=ADDITION,
        change_message=f"Préparée à la demande de : {asked}. Reconnue : {prepared.recognised} "
        f"Saisi par l'ADM79 : {prepared.typed or 'rien'}. Session : {prepared.session}.",
    )
