"""Saving over somebody else's change is refused, with both versions shown and what was typed kept.

A form says which version of the row it was opened on: a keyed digest of the values that it edits, so that the rule
needs no column and holds for every model, those of parts from elsewhere included. The row is locked while it is
compared and saved.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_field
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, ManyToManyField, Model
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString

INPUT = "_version"
"""Name of the posted version; the page that lacks it was not made by the admin, and is not compared."""

CHANGED = (
    "Cette fiche a été modifiée pendant que vous l'aviez ouverte. Rien n'est enregistré et rien de ce que vous avez "
    "saisi n'est perdu : comparez ci-dessous, puis enregistrez à nouveau pour garder votre saisie."
)

if TYPE_CHECKING:
    _Form = forms.ModelForm
else:
    _Form = object


def fingerprint(obj: Model, names: Iterable[str] | None = None) -> str:
    """A keyed digest of the values of *obj*: of the fields *names*, or of all its columns."""
    fields = [_field(obj, name) for name in names] if names is not None else list(obj._meta.concrete_fields)
    values = [(field.name, _value(obj, field)) for field in fields if field is not None]
    return digest(sorted(values))


def digest(values: Iterable[object]) -> str:
    """A keyed digest of whatever a version is made of."""
    return salted_hmac("core.admin.versions", repr(list(values)), algorithm="sha256").hexdigest()[:32]


def _field(obj: Model, name: str) -> Field | None:
    try:
        return cast("Field", obj._meta.get_field(name))
    except FieldDoesNotExist:  # a field of the form alone
        return None


def _value(obj: Model, field: Field) -> str:
    if isinstance(field, ManyToManyField):
        return repr(sorted(str(row.pk) for row in getattr(obj, field.name).all())) if obj.pk else ""
    return field.value_to_string(obj)


class VersionedForm(_Form):
    """Mixed into the admin's change forms."""

    conflict: list[tuple[str, str, str]]
    """What differs: label, value recorded meanwhile, value typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict = []
        self.version = fingerprint(self.instance, self.fields)

    @property
    def version_input(self) -> SafeString:
        """The hidden field that ``templates/admin/change_form.html`` puts into the form."""
        return format_html('<input type="hidden" name="{}" value="{}">', INPUT, self.version)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        opened = self.data.get(INPUT)
        if opened and self.fields:
            rows = type(self.instance)._base_manager.select_for_update(of=("self",))
            recorded = rows.filter(pk=self.instance.pk).first()
            if recorded is not None and fingerprint(recorded, self.fields) != opened:
                self.conflict = list(self._differences(recorded))
                self.version = fingerprint(recorded, self.fields)
                raise ValidationError(CHANGED, code="changed")
        return cleaned

    def _differences(self, recorded: Model) -> Iterable[tuple[str, str, str]]:
        for name, form_field in self.fields.items():
            field = _field(recorded, name)
            if field is None or form_field.disabled:
                continue
            typed = self.cleaned_data.get(name, self.data.get(self.add_prefix(name), ""))
            theirs = (
                list(getattr(recorded, name).all()) if isinstance(field, ManyToManyField) else getattr(recorded, name)
            )
            shown = _shown(theirs, field), _shown(typed, field)
            if shown[0] != shown[1]:
                yield str(form_field.label or field.verbose_name), *shown


def _shown(value: Any, field: Field) -> str:
    if isinstance(field, ManyToManyField):
        return ", ".join(sorted(str(each) for each in value or [])) or "—"
    if isinstance(value, Model):
        return str(value)
    return str(display_for_field(value, field, "—"))


class VersionChecked(admin.ModelAdmin):
    """Every admin of the site is one (``config.admin.StaffSite`` sees to it)."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change:
            kwargs.setdefault("form", type(self.form.__name__, (VersionedForm, self.form), {}))
        return super().get_form(request, obj, change=change, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        context |= {"version_input": getattr(form, "version_input", ""), "conflict": getattr(form, "conflict", [])}
        return super().render_change_form(request, context, *args, **kwargs)
