"""Every form of the product, and of every admin, goes through the one door for text."""

# ruff: noqa: RUF001  look-alike characters are what is tested

import copy

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin import site
from django.contrib.auth.forms import UsernameField
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import get_resolver
from hypothesis import given, settings
from hypothesis import strategies as st

from core.forms.base import CleanTextMixin

PRODUCT = ("config", "core", "accounts", "catalogue", "enrolment")
DIRTY = "\u200bA\u0301\u00a0\ufeffb\0"
CLEAN = "Á b"


def everything_loaded():
    get_resolver().url_patterns  # noqa: B018  the views are imported, and their forms with them


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def forms_of_the_product():
    everything_loaded()
    found = {form for form in subclasses(forms.BaseForm) if form.__module__.split(".")[0] in PRODUCT}
    return sorted(found, key=lambda form: (form.__module__, form.__qualname__))


def forms_of_the_admin(user):
    request = RequestFactory().get("/")
    request.user = user
    for model, registered in site._registry.items():
        yield model, registered.get_form(request)
        for name in ("add_form", "import_form_class", "confirm_form_class", "export_form_class"):
            if form := getattr(registered, name, None):
                yield model, form
        for inline in registered.get_inline_instances(request):
            yield model, inline.get_formset(request).form


def test_there_are_forms_to_walk(staff):
    assert len(forms_of_the_product()) > 25
    assert len(list(forms_of_the_admin(staff))) > 20


def test_every_form_of_the_product_stands_behind_the_door():
    # An admin's own form is put behind it when it is registered (config.admin), see below.
    registered = {type(each).form for each in site._registry.values()} | {
        inline.form for each in site._registry.values() for inline in type(each).inlines
    }
    outside = [f for f in forms_of_the_product() if not issubclass(f, CleanTextMixin) and f not in registered]
    brought_by_imports = [f for f in outside if f.__name__ in {"TrainingImportForm", "TrainingConfirmForm"}]
    assert [f for f in outside if f not in brought_by_imports] == []


def test_every_form_of_the_admin_stands_behind_the_door(staff):
    assert [(model, form) for model, form in forms_of_the_admin(staff) if not issubclass(form, CleanTextMixin)] == []
    for form in (site.login_form, site.password_change_form):
        assert issubclass(form, CleanTextMixin)
    assert not any(isinstance(each, admin.ModelAdmin) and each.list_editable for each in site._registry.values())


def test_what_staff_search_for_is_cleaned_too(staff_client, official):
    page = staff_client.get("/admin/accounts/user/", {"q": f"\u200b{official.birth_name}\ufeff"})
    assert official in page.context["cl"].result_list


@pytest.mark.parametrize("as_query", [True, False])
def test_what_is_posted_is_cleaned_once_for_all_that_reads_it(as_query):
    class Every(CleanTextMixin, forms.Form):
        name = forms.CharField()
        text = forms.CharField(widget=forms.Textarea)
        secret = forms.CharField(widget=forms.PasswordInput, strip=False)
        number = forms.IntegerField()
        amount = forms.DecimalField()
        day = forms.DateField(input_formats=["%d/%m/%Y"])

    posted = {
        "name": DIRTY,
        "text": "a\r\nb\u200b",
        "secret": "e\u0301\u00a0 ",
        "number": "−１２",
        "amount": "1\u202f200,50 €",
        "day": "１4/03/2027\u200b",
        "other": DIRTY,
    }
    data = posted
    if as_query:
        data = QueryDict(mutable=True)
        for name, value in posted.items():
            data[name] = value
    form = Every(data)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["name"], form.cleaned_data["text"]) == (CLEAN, "a\nb")
    assert form.cleaned_data["secret"] == "é\u00a0 "
    assert (form.cleaned_data["number"], str(form.cleaned_data["amount"])) == (-12, "1200.50")
    assert form.cleaned_data["day"].isoformat() == "2027-03-14"
    assert form["name"].value() == CLEAN
    assert data["name"] == form.data["other"] == DIRTY, "the request's own data is not touched"


def text_fields():
    for form in forms_of_the_product():
        for name, field in getattr(form, "base_fields", {}).items():
            # Django's own name of a member of staff is brought to NFKC after it was stripped.
            exempt = isinstance(field, UsernameField) or isinstance(field.widget, forms.PasswordInput)
            if isinstance(field, forms.CharField) and not exempt:
                yield pytest.param(field, id=f"{form.__qualname__}.{name}")


TEXTS = st.text(max_size=60) | st.text(st.characters(categories=["Cf", "Zs", "Nd", "Pd", "Mn", "Lu"]), max_size=20)


@pytest.mark.parametrize("field", list(text_fields()))
@settings(max_examples=15, deadline=None)
@given(text=TEXTS)
def test_a_text_field_answers_by_its_error_or_takes_what_it_takes_again_when_typed_clean(field, text):
    alone = type("Alone", (CleanTextMixin, forms.Form), {"typed": copy.deepcopy(field)})
    form = alone({"typed": text})
    if not form.is_valid():
        assert form.errors["typed"]
    elif isinstance(taken := form.cleaned_data["typed"], str) and taken:
        again = alone({"typed": taken})
        assert again.is_valid(), again.errors
        assert again.cleaned_data["typed"] == taken


def test_a_form_that_was_clean_keeps_its_data():
    data = QueryDict("name=Jeanne&text=%C3%A9t%C3%A9")

    class Two(CleanTextMixin, forms.Form):
        name = forms.CharField()
        text = forms.CharField()

    assert Two(data).data is data
