"""The trail above each page of the admin begins with one word, whoever made the page: « Aujourd'hui »."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import EnrolmentFactory, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TRAIL = re.compile(r'<ol class="breadcrumbs">\s*<li>\s*<a href="([^"]*)">([^<]*)</a>')


@pytest.fixture
def chief(as_user):
    return as_user(UserFactory(is_staff=True, is_superuser=True))


def first_of(page):
    return [(url, unescape(word)) for url, word in TRAIL.findall(page.text)]


def test_every_list_and_form_of_the_admin_begins_there(chief):
    seen = 0
    for model in admin.site._registry:
        for page in ("changelist", "add"):
            answer = chief.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
            if answer.status_code == 200 and "breadcrumbs" in answer.text:
                assert first_of(answer) == [("/admin/", "Aujourd'hui")], (model, page)
                seen += 1
    assert seen > 40


def test_a_list_is_named_after_what_it_lists(chief):
    page = unescape(chief.get("/admin/catalogue/subject/").text)
    assert "<h1>Thèmes</h1>" in page
    assert "<title>Thèmes | " in page


@pytest.mark.parametrize(
    "address",
    [
        "/admin/accounts/",
        "/admin/catalogue/subject/{subject}/delete/",
        "/admin/catalogue/subject/{subject}/history/",
        "/admin/accounts/user/{person}/change/",
        "/admin/accounts/user/{staff}/password/",
        "/admin/enrolment/enrolment/{dossier}/change/",
        "/admin/enrolment/enrolment/{dossier}/history/",
        "/admin/catalogue/session/mois/",
        "/admin/chiffres/",
        "/admin/chercher/",
        "/admin/mode-d-emploi/",
        "/admin/password_change/",
    ],
)
def test_the_other_pages_too(address, chief, staff, official):
    known = {"person": official.pk, "staff": staff.pk, "dossier": EnrolmentFactory(user=official).pk}
    answer = chief.get(address.format(**known, subject=SubjectFactory().pk))
    assert answer.status_code == 200
    assert first_of(answer) == [("/admin/", "Aujourd'hui")]


def test_the_word_is_written_once():
    own = [path for path in TEMPLATES.rglob("*.html") if path.name != "home_crumb.html"]
    found = {
        str(path.relative_to(TEMPLATES)) for path in own if re.search(r"admin:index' %\}\">(Acc|Auj)", path.read_text())
    }
    assert found == set()
