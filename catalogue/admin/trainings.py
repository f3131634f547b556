"""Trainings: written, previewed, published, withdrawn, copied; their link and QR code; import and export."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.admin import figures
from catalogue.admin.lists import warn_of_approvals
from catalogue.admin.renewal import RenewalPages
from catalogue.models import FormerReference, Session, Training
from catalogue.trainings import publishing, references, rules
from catalogue.trainings.fiches import deep_link, qr_code
from core.admin.actions import Button
from core.admin.consequences import Consequences
from core.admin.protection import is_protected
from core.admin.read_only import ReadOnlyInline
from core.french import span

PUBLISH = Button("publish", "Publier")
WITHDRAW = Button("withdraw", "Retirer du catalogue")


class TrainingForm(forms.ModelForm):
    """A training's own rules: a free reference, a price under the hourly cap, a replacement once withdrawn."""

    class Meta:
        model = Training
        fields = "__all__"  # noqa: DJ007  the admin's fieldsets choose

    def clean_mcf_url(self) -> str:
        return str(self.cleaned_data["mcf_url"]).strip()

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if reference := given.get("reference"):
            self._check("reference", references.check_free, reference, self.instance)
        price, hours = given.get("price"), given.get("duration_hours")
        if price is not None and hours:
            self._check("price", rules.check_hourly_price, price, hours, timezone.localdate())
        if given.get("replaced_by") and given["replaced_by"].pk == self.instance.pk:
            self.add_error("replaced_by", "Une formation ne se remplace pas elle-même.")
        return given

    def _check(self, field: str, rule: Any, *values: Any) -> None:
        try:
            rule(*values)
        except ValidationError as error:
            self.add_error(field, error)


class SessionInline(ReadOnlyInline):
    """To be read: each session has its own page, where it is written and where people are told."""

    model = Session
    fields = ("dates", "schedule", "where", "seats", "seats_taken")
    readonly_fields = fields
    verbose_name_plural = "sessions (les plus récentes d'abord)"
    ordering = ("-start",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).select_related("training", "place__commune")

    @admin.display(description="dates")
    def dates(self, session: Session) -> str:
        return span(session.start, session.end)

    @admin.display(description="lieu")
    def where(self, session: Session) -> str:
        return session.town


class FormerReferenceInline(ReadOnlyInline):
    model = FormerReference
    readonly_fields = ("reference",)


class TrainingAdmin(RenewalPages):
    """What the catalogue knows of a training; ``enrolment.desk`` registers it with what it knows of the dossiers."""

    refusals = (ValidationError,)
    form = TrainingForm
    change_list_template = "admin/catalogue/training/change_list.html"
    list_display = ("title", "next_start", "seats_bar", "requests", "mcf", "link", "status", "price")
    list_filter = ("status", figures.TrainingMoment, figures.HasMcfLink, "subject", "body")
    search_fields = ("title", "reference", "former_references__reference", "body__name", "trainers__name", "summary")
    ordering = ("title", "id")
    autocomplete_fields = ("body", "subject", "trainers", "replaced_by")
    readonly_fields = ("status", "site_link", "preview")
    inlines = (SessionInline, FormerReferenceInline)
    actions = ("publish", "withdraw", "duplicate")
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("title", "reference", "status", "replaced_by", "preview", "site_link")}),
        ("Informations clés", {"fields": ("body", "subject", "trainers", "audience", "prerequisites", "summary")}),
        ("Durée et prix", {"fields": ("duration_hours", "duration_days", "price", "funding_aids", "mcf_url")}),
        ("Textes", {"fields": ("strong_points", "objectives", "programme", "teaching_means", "evaluation")}),
    )
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 6, "cols": 90})}}

    class Media:
        js = ("js/copy.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return figures.with_training_figures(super().get_queryset(request), timezone.localdate())

    def get_readonly_fields(self, request: HttpRequest, obj: Training | None = None) -> tuple[str, ...]:
        """A reference that may be printed somewhere does not change any more."""
        fixed = ("reference",) if obj and obj.status != Training.Status.DRAFT else ()
        return (*self.readonly_fields, *fixed)

    # The list -------------------------------------------------------------------------------------

    @admin.display(description="prochaine session", ordering="next_start")
    def next_start(self, training: Any) -> str:
        return f"{training.next_start:%d/%m/%Y}" if training.next_start else "—"

    @admin.display(description="places prises", ordering="all_taken")
    def seats_bar(self, training: Any) -> str:
        return figures.fill(training.all_taken, training.all_seats)

    @admin.display(description="demandes", ordering="requests")
    def requests(self, training: Any) -> int:
        return int(training.requests)

    @admin.display(description="MCF", boolean=True)
    def mcf(self, training: Training) -> bool:
        return bool(training.mcf_url)

    @admin.display(description="lien")
    def link(self, training: Training) -> SafeString:
        return copy_button(deep_link(training))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        warn_of_approvals(request)
        return super().changelist_view(request, extra_context)

    # The form -------------------------------------------------------------------------------------

    @admin.display(description="lien imprimé sur la fiche")
    def site_link(self, training: Training) -> SafeString | str:
        if not training.pk:
            return "Enregistrez d'abord la formation."
        link = deep_link(training)
        return format_html(
            '<p><code>{}</code> {}</p><img src="{}" alt="QR code : {}" width="140" height="140">'
            '<p><a href="{}">Fiche à imprimer</a></p>',
            link,
            copy_button(link),
            qr_code(link),
            link,
            reverse("catalogue:fiche", args=[training.reference]),
        )

    @admin.display(description="aperçu")
    def preview(self, training: Training) -> SafeString | str:
        if not training.pk:
            return "Enregistrez d'abord la formation."
        return format_html('<a href="{}">Voir la page de la formation</a>', training.get_absolute_url())

    def save_model(self, request: HttpRequest, obj: Training, form: Any, change: bool) -> None:
        if said := rules.hourly_price_warning(obj.price, obj.duration_hours, timezone.localdate()):
            messages.warning(request, said)
        if change and "reference" in form.changed_data:
            new = obj.reference
            obj.reference = form.initial["reference"]
            references.rename(obj, new)
            return
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Training | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and is_protected(obj))

    # Actions --------------------------------------------------------------------------------------

    def buttons(self, obj: Training) -> list[Button]:
        return [WITHDRAW] if obj.status == Training.Status.PUBLISHED else [PUBLISH]

    def bulk_buttons(self) -> list[Button]:
        return [PUBLISH, WITHDRAW]

    def consequences(self, request: Any, obj: Training, button: Button, form: Any) -> Consequences | None:
        if button != PUBLISH:
            return None
        must, should = publishing.missing(obj, timezone.localdate())
        facts = ("La page de la formation est visible de tous, et la recherche la trouve.",)
        return Consequences(facts, (*(f"À compléter avant de publier : {each}" for each in must), *should))

    def carry_out(self, request: Any, obj: Training, button: Button, form: Any) -> str:
        if button == PUBLISH:
            publishing.publish(obj, timezone.localdate())
            return "La formation est publiée."
        publishing.withdraw(obj)
        return "La formation est retirée : sa page dit désormais ce qui la remplace."

    @admin.action(description="Publier", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Training]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, PUBLISH.name)

    @admin.action(description="Retirer du catalogue", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Training]) -> HttpResponse | None:
        return self.act_on_many(request, queryset, WITHDRAW.name)

    @admin.action(description="Dupliquer en brouillon, sans les sessions", permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Training]) -> None:
        for training in queryset.order_by("pk"):
            copy = duplicate_training(training)
            self.log_addition(request, copy, f"Copie de {training}.")
            messages.success(request, format_html('Copie créée : <a href="{}">{}</a>', change_url(copy), copy.title))

    # Trainings without an address on Mon Compte Formation -------------------------------------------

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.without_mcf)
        return [path("sans-lien-mcf/", page, name="catalogue_training_without_mcf"), *super().get_urls()]

    def without_mcf(self, request: HttpRequest) -> HttpResponse:
        """The published trainings whose Mon Compte Formation address is missing, those with sessions first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).filter(status=Training.Status.PUBLISHED, mcf_url="").select_related("body")
        rows = rows.order_by(models.F("next_start").asc(nulls_last=True), "title", "pk")
        context = {**self.admin_site.each_context(request), "title": "Formations sans lien Mon Compte Formation"}
        return TemplateResponse(
            request, "admin/catalogue/training/without_mcf.html", {**context, "rows": rows, "opts": self.opts}
        )


def copy_button(text: str) -> SafeString:
    """« Copier »: static/js/copy.js puts the text in the clipboard."""
    return format_html('<button type="button" class="copy" data-copy="{}">Copier</button>', text)


def change_url(training: Training) -> str:
    """The training's form in the admin."""
    return reverse("admin:catalogue_training_change", args=[training.pk])


@transaction.atomic
def duplicate_training(training: Training) -> Training:
    """A draft with the same texts under a new reference, without sessions and without the address on MCF."""
    trainers = list(training.trainers.order_by("pk"))
    copy = Training.objects.get(pk=training.pk)
    copy.pk = None
    copy._state.adding = True
    copy.reference = references.free_copy(training.reference)
    copy.title = f"{training.title} (copie)"[:200]
    copy.status = Training.Status.DRAFT
    copy.mcf_url = ""
    copy.replaced_by = None
    copy.save()
    copy.trainers.set(trainers)
    return copy
