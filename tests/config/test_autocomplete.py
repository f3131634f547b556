"""What a browser may fill in, field by field (WCAG 1.3.5): the person's own data by their names, nothing else."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms

import accounts
import catalogue
import enrolment
from core.forms.base import BaseForm

TOKENS = {
    "first_names": "given-name",
    "usual_name": "family-name",
    "email": "email",
    "mobile": "mobile tel",
    "landline": "home tel",
    "phone": "tel",
    "address": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "city_name": "address-level2",
    "street_name": "address-line1",
    "address_extra": "address-line2",
    "locality": "address-line3",
    "country": "country-name",
    "password": "current-password",
    "current_password": "current-password",
    "code": "one-time-code",
}
"""By the field's name. All others are « off »: the number (computers are shared, docs/decisions.md), the birth name
(browsers would write the usual one), what is about a mandate or a dossier."""

OTHERS = {
    ("NewPasswordForm", "password"): "new-password",
    ("NewPasswordForm", "password_again"): "new-password",
    ("PasswordForm", "password"): "new-password",
    ("PasswordForm", "password_again"): "new-password",
    ("ChangePasswordForm", "password"): "new-password",
    ("ChangePasswordForm", "password_again"): "new-password",
    ("AgreementForm", "email"): "off",
    ("CodeForm", "code"): "off",  # of a letter
    ("PreparedForm", "first_names"): "off",  # typed by staff; the others of this form are switched off in the page
}
"""Where a name means something else."""


def every_form() -> list[type[BaseForm]]:
    """All forms that officials see."""
    for package in (accounts, catalogue, enrolment):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and "management" not in module.name:
                importlib.import_module(module.name)
    found = {form for form in descendants(BaseForm) if form.__module__.split(".")[0] in {"accounts", "enrolment"}}
    return sorted(found, key=lambda form: form.__module__ + form.__name__)


def descendants(form: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for each in form.__subclasses__():
        yield each
        yield from descendants(each)


@pytest.mark.parametrize("form", every_form(), ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_every_field_says_what_a_browser_may_fill_in(form: type[BaseForm]) -> None:
    for name, field in form.base_fields.items():
        if not isinstance(field.widget, forms.TextInput | forms.Textarea | forms.Select) or isinstance(
            field.widget, forms.RadioSelect
        ):
            continue
        expected = OTHERS.get((form.__name__, name), TOKENS.get(name, "off"))
        found = field.widget.attrs.get("autocomplete", "off")
        assert found == expected, f"{form.__name__}.{name}: {found}, not {expected}"


def test_what_says_nothing_is_off_in_the_page() -> None:
    class Form(BaseForm):
        mandate = forms.CharField()

    assert 'autocomplete="off"' in str(Form()["mandate"])
