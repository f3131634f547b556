"""Accounts: staff find a person and read; a person changes their own account, and closes it themselves."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.contact import email_confirmation, phones
from accounts.contact.addresses import lines
from accounts.models import User


class KindFilter(admin.SimpleListFilter):
    """Officials or staff."""

    title = "type de compte"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("elu", "élus"), ("personnel", "personnel de l'ADM79"), ("ferme", "fermés")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "elu":
                return queryset.filter(is_staff=False, closed_at=None)
            case "personnel":
                return queryset.filter(is_staff=True)
            case "ferme":
                return queryset.exclude(closed_at=None)
        return queryset


IDENTITY = (
    "birth_name",
    "usual_name",
    "first_names",
    "sex",
    "birth_date",
    "birth_place",
    "birth_place_doubtful",
    "nationality",
    "certified_by",
)
OFFICIAL: list[tuple[str, dict[str, tuple[str, ...]]]] = [
    ("Identité", {"fields": (*IDENTITY, "certified_at", "diploma")}),
    ("Pour joindre la personne", {"fields": ("email", "email_confirmed_at", "phones", "address")}),
    (
        "Compte",
        {"fields": ("date_joined", "last_login", "terms_version", "terms_accepted_at", "rights_balance", "closed_at")},
    ),
]
OFFICIAL_FIELDS = [name for _, options in OFFICIAL for name in options["fields"]]
STAFF = [
    (None, {"fields": ("username", "password")}),
    ("Personne", {"fields": ("first_names", "birth_name", "email")}),
    ("Droits", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
]


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Of an official, staff change only the mail address: for who lost theirs and called. The number is not kept."""

    form = UserChangeForm
    add_form = AdminUserCreationForm
    list_display = ("__str__", "birth_name", "first_names", "email", "certified_by", "date_joined", "is_active")
    list_filter = (KindFilter, "certified_by")
    search_fields = ("birth_name", "usual_name", "first_names", "email", "username")
    search_help_text = "Nom, prénom, adresse mail. Le numéro de sécurité sociale n'est pas conservé."
    ordering = ("birth_name", "first_names", "id")
    list_per_page = 50
    actions = None
    add_fieldsets = [(None, {"fields": ("username", "usable_password", "password1", "password2")})]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return STAFF if obj.is_staff else OFFICIAL

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None or obj.is_staff:
            # Only a superuser gives rights: otherwise anybody who edits accounts could give themselves all.
            return () if request.user.is_superuser else ("is_staff", "is_superuser", "groups", "user_permissions")
        return [name for name in OFFICIAL_FIELDS if name != "email" or obj.closed_at]

    @admin.display(description="téléphones")
    def phones(self, user: User) -> str:
        """As people read them."""
        return " — ".join(phones.shown(number) for number in (user.mobile, user.landline) if number) or "—"

    @admin.display(description="adresse de domicile")
    def address(self, user: User) -> str:
        """On one line."""
        return ", ".join(lines(user)) or "—"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff accounts are changed by superusers alone."""
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff accounts only; officials create theirs."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Closing an account is its owner's act; staff accounts are made inactive."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Staff accounts only: nobody chooses an official's password for them."""
        user = self.get_object(request, unquote(id))
        if user is not None and not user.is_staff:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        if change and not obj.is_staff and "email" in form.changed_data:
            wanted = obj.email
            obj.refresh_from_db()
            email_confirmation.replace_by_staff(obj, wanted)
            messages.info(request, f"Un mail de confirmation vient de partir vers {wanted}.")
            return
        super().save_model(request, obj, form, change)
