"""Accounts: staff find a person and read; a person changes their own account, and closes it themselves."""

from typing import Any

import django_otp
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.contact import bounces, email_confirmation, phones
from accounts.contact.addresses import lines
from accounts.login import browsers
from accounts.login.staff_proof import AsksProof
from accounts.models import EmailChange, User
from core.admin.actions import Button, ButtonsAdmin
from core.admin.journal import RecordsViews

CALL = ("a-appeler", "à appeler : leur mail n'arrive pas")


class KindFilter(admin.SimpleListFilter):
    """Officials or staff."""

    title = "type de compte"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("elu", "élus"), ("personnel", "personnel de l'ADM79"), ("gele", "gelés"), ("ferme", "fermés"), CALL]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "elu":
                return queryset.filter(is_staff=False, closed_at=None)
            case "personnel":
                return queryset.filter(is_staff=True)
            case "gele":
                return queryset.exclude(frozen_at=None)
            case "a-appeler":
                return queryset.filter(pk__in=bounces.to_call())
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
    ("Rôles", {"fields": ("is_active", "is_superuser", "groups")}),
]
MANAGE_STAFF = "accounts.manage_staff"
LOST_TELEPHONE = Button(
    "lost-telephone",
    "Téléphone perdu",
    what="Le téléphone et les codes de secours de cette personne ne servent plus, et ses connexions en cours sont "
    "fermées. À sa prochaine connexion, avec son mot de passe, elle enregistre un nouveau téléphone.",
    permission=MANAGE_STAFF,
    sensitive=True,
)


BOUNCED = Button(
    "mail-bounced",
    "Ce mail n'arrive pas",
    what="Un mail est revenu : l'adresse est notée comme ne recevant pas. La personne entre dans la liste de celles à "
    "appeler (« Aujourd'hui ») et le lit à sa prochaine connexion. Une adresse changée ou confirmée l'en retire.",
)


class AccountAdmin(AsksProof, RecordsViews, ButtonsAdmin, UserAdmin):
    """Of an official, staff change only the mail address: for who lost theirs and called. The number is not kept."""

    sensitive_pages = frozenset({"add", "change"})  # an address opens the account; a role, the whole desk
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
            # Who manages the staff gives roles; only somebody who has every right can give every right.
            return () if request.user.is_superuser else ("is_superuser",)
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
        """Staff accounts are changed by who manages the staff; those with every right only by their like."""
        if obj is not None and obj.is_staff and not request.user.is_superuser:
            return request.user.has_perm(MANAGE_STAFF) and not obj.is_superuser
        return super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff accounts only; officials create theirs."""
        return request.user.has_perm(MANAGE_STAFF)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles are ticked by name."""
        kwargs["widget"] = forms.CheckboxSelectMultiple()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.help_text = "Ce que cette personne peut voir et faire."
        return field

    def buttons(self, obj: User) -> list[Button]:
        if obj.is_staff:
            return [LOST_TELEPHONE] if django_otp.user_has_device(obj) else []
        return [BOUNCED] if obj.email and not bounces.fails(obj) and not obj.closed_at else []

    def carry_out(self, request: Any, obj: User, button: Button, form: forms.Form) -> str:
        if button == BOUNCED:
            bounces.note(obj)
            return f"L'adresse {obj.email} est notée comme ne recevant pas. Appelez {obj}."
        for device in django_otp.devices_for_user(obj, confirmed=None):
            device.delete()
        browsers.close_everywhere(obj)
        return f"Le téléphone et les codes de secours de {obj} ne servent plus."

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Closing an account is its owner's act; staff accounts are made inactive."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Staff accounts only: nobody chooses an official's password for them."""
        user = self.get_object(request, unquote(id))
        if user is not None and not user.is_staff:
            raise PermissionDenied
        may = request.method == "POST" and self.has_change_permission(request, user)
        return (self.prove(request) if may else None) or super().user_change_password(request, id, form_url)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        if change and not obj.is_staff and "email" in form.changed_data:
            wanted = obj.email
            obj.refresh_from_db()
            at_once = email_confirmation.ask_change_by_staff(obj, wanted, request.user, timezone.now())
            messages.info(
                request,
                f"Un mail de confirmation vient de partir vers {wanted}."
                if at_once
                else f"{wanted} remplacera l'adresse dans 24 heures, ou dès qu'un autre membre de l'ADM79 l'approuve "
                "(« Changements d'adresse en attente »). L'ancienne adresse est prévenue et peut s'y opposer.",
            )
            return
        super().save_model(request, obj, form, change)


@admin.register(EmailChange)
class EmailChangeAdmin(AsksProof, admin.ModelAdmin):
    """Addresses that staff asked for: a second member of staff approves, or a day goes by."""

    list_display = ("user", "email", "asked_by", "asked_at")
    list_select_related = ("user", "asked_by")
    actions = ("approve",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EmailChange | None = None) -> bool:
        return False

    @admin.action(description="Approuver (pas les siennes)", permissions=["approve"])
    def approve(self, request: Any, queryset: QuerySet[EmailChange]) -> HttpResponse | None:
        """Put the chosen ones into use at once, but those that this member of staff asked for."""
        if asked := self.prove(request):
            return asked
        done = 0
        for change in queryset:
            if email_confirmation.approve_change(change, request.user):
                self.log_change(request, change.user, "Changement d'adresse approuvé")
                done += 1
        self.message_user(request, f"{done} adresse(s) remplacée(s) ; un mail de confirmation est parti.")
        return None

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Who may change an address may approve one."""
        return request.user.has_perm("accounts.change_user")
