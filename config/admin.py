"""The staff's admin site: its name, and the second factor at its door."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from accounts.models import User
from config import second_factor
from config.staff_login import StaffLoginForm
from core import french
from core.forms.base import with_clean_text

NAMES = {"LogEntry": "Journal"}
"""What staff call the tables of parts from elsewhere."""
HIDDEN = {"auth.group", "django_tasks_database.dbtaskresult"}
"""Tables of parts from elsewhere that nobody edits: roles come from a migration, a lost telephone has its button."""

ADMIN_FORMS = (
    "form",
    "add_form",
    "change_password_form",
)
"""Where an admin, or the parts it is made with, name the forms that they show."""

MENU = {
    "Inscriptions": (
        "enrolment.enrolment",
        "enrolment.edofdifference",
        "enrolment.assistedenrolment",
        "enrolment.identitycheck",
        "accounts.correctionrequest",
        "accounts.mandate",
        "enrolment.reasonphrase",
    ),
    "Formations": (
        "catalogue.session",
        "catalogue.training",
        "catalogue.trainingbody",
        "catalogue.trainer",
        "catalogue.place",
        "catalogue.subject",
        "catalogue.scale",
        "catalogue.schoolholiday",
        "catalogue.synonym",
        "catalogue.unansweredsearch",
        "catalogue.interest",
    ),
    "Personnes": (
        "accounts.user",
        "accounts.identitycase",
        "accounts.emailchange",
        "enrolment.ledgerentry",
        "accounts.commune",
    ),
    "Nos mots": ("core.announcement", "core.mailphrase", "accounts.termsversion"),
    "Suivi": ("core.outgoingmail", "admin.logentry"),
}
"""The menu, in the order of the day."""

type View = Callable[..., HttpResponse]


class StaffSite(admin.AdminSite):
    """The admin of ADM79's staff. With ``STAFF_OTP_REQUIRED`` only staff who gave their second factor enter."""

    site_header = "ADM79 – Gestion"
    site_title = "ADM79 – Gestion"
    index_title = "Aujourd'hui"
    login_form = StaffLoginForm

    password_change_form = with_clean_text(AdminPasswordChangeForm)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django does; every form then notices what others changed, and goes through the one door for text."""
        from core.admin.search import CleanSearched  # its package registers with this very site
        from core.admin.versions import VersionChecked

        chosen = admin_class or admin.ModelAdmin
        if not issubclass(chosen, VersionChecked):
            chosen = type(chosen.__name__, (VersionChecked, CleanSearched, chosen), {"__doc__": chosen.__doc__})
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        shown = [model for model in models if model._meta.label_lower not in HIDDEN]
        super().register(shown, chosen, **options)
        for registered in (self._registry[model] for model in shown if model in self._registry):
            for name in ADMIN_FORMS:
                if form := getattr(registered, name, None):
                    setattr(registered, name, with_clean_text(form))
            inlines = [
                type(each.__name__, (each,), {"form": with_clean_text(each.form)}) for each in registered.inlines
            ]
            setattr(registered, "inlines", inlines)  # noqa: B010  this admin's own, not its class's

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff; verified by a second factor when the setting asks for one."""
        return super().has_permission(request) and not second_factor.needed(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page shows: besides Django's own, the way to the handbook's page about it."""
        from enrolment.desk import handbook

        return {**super().each_context(request), "handbook_url": handbook.address_for(request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """« Aujourd'hui »: what waits for whoever opens it."""
        from config import health  # the models are not ready when the site is made
        from enrolment.desk import today

        found = list(today.lines(cast("User", request.user), timezone.localdate()))
        context = {"today_lines": found, "findings": health.known_findings()}
        context |= {"subtitle": french.day(timezone.localdate()), **(extra_context or {})}
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """One menu in the order of the day; the page of an app keeps Django's own list."""
        apps = super().get_app_list(request, app_label)
        models = {model["model"]._meta.label_lower: model for app in apps for model in app["models"]}
        for model in models.values():
            model["name"] = NAMES.get(model["object_name"], model["name"])
        if app_label:
            return apps
        here = {"app_url": reverse("admin:index"), "has_module_perms": True}
        menu: list[dict[str, Any]] = []
        for number, (title, names) in enumerate(MENU.items()):
            found = [models[name] for name in names if name in models]
            menu.append({"name": title, "app_label": f"menu-{number}", **here, "models": found})
        if request.user.has_perm("enrolment.view_enrolment"):
            figures = {"name": "Chiffres", "object_name": "figures", "admin_url": reverse("admin:figures")}
            menu[-1]["models"].insert(0, figures)
        return [section for section in menu if section["models"]]

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name and password; whoever has given them and lacks the second factor goes on to it."""
        if request.method == "GET" and request.user.is_authenticated and second_factor.needed(request.user):
            return second_factor.door(request)
        return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own, the pages of the second factor and those of the figures."""
        from enrolment.figures import views as figures  # the models are not ready when the site is made

        return [
            path("code/", self._guarded(second_factor.check), name="second-factor-check"),
            path("code/installer/", self._guarded(second_factor.set_up), name="second-factor-set-up"),
            path("code/commencer/", self._guarded(second_factor.begin), name="second-factor-begin"),
            path("chiffres/", self.admin_view(figures.page), name="figures"),
            path("chiffres/<int:year>/imprimer/", self.admin_view(figures.printed), name="figures-print"),
            path("chiffres/liste/<slug:name>/", self.admin_view(figures.figure_list), name="figures-list"),
            path("chiffres/liste/<slug:name>/courrier/", self.admin_view(figures.letters), name="figures-letters"),
            path("mode-d-emploi/", self.admin_view(self.handbook), name="handbook"),
            path("mode-d-emploi/tout/", self.admin_view(self.handbook), {"name": "tout"}, name="handbook-print"),
            path("mode-d-emploi/<slug:name>/", self.admin_view(self.handbook), name="handbook-page"),
            path("chercher/", self.admin_view(self.find, cacheable=True), name="find"),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest) -> HttpResponse:
        """The box that finds anybody, in the header of every page."""
        from enrolment.people import views

        return views.find(request, self.each_context(request))

    def handbook(self, request: HttpRequest, name: str = "") -> HttpResponse:
        """« Mode d'emploi »: the list, one page, or all of them to print."""
        from enrolment.desk import handbook

        return handbook.page(request, self.each_context(request), name)

    def _guarded(self, view: View) -> View:
        """*view* for staff who have given their password and not yet their second factor."""

        @wraps(view)
        @csrf_protect
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.user.is_authenticated and second_factor.needed(request.user):
                return view(request)
            return HttpResponseRedirect(reverse("admin:index" if self.has_permission(request) else "admin:login"))

        return login_not_required(guarded)
