"""The handbook: one page an act, reached from the page of the act, on paper one sheet each."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from enrolment.desk import handbook
from tests.factories import EnrolmentFactory, SessionFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="([^"]+)">Mode d.{1,6}emploi</a>')


def test_every_page_has_its_text_and_every_text_its_page():
    files = {path.stem for path in Path(settings.BASE_DIR, "templates", "handbook").glob("*.html")}
    assert files == set(handbook.BY_NAME)
    assert len(handbook.PAGES) == len(handbook.BY_NAME)


@pytest.mark.parametrize("topic", handbook.PAGES, ids=lambda topic: topic.name)
def test_a_page_is_short_says_steps_and_keeps_to_the_words_of_the_site(topic, staff_client):
    shown = staff_client.get(reverse("admin:handbook-page", args=[topic.name])).text
    text = re.sub(r"<[^>]+>", " ", shown.split('class="handbook"')[1].split("</div>")[0])
    assert 60 < len(text.split()) < 330
    for word in ("veuillez", "invalide", "cliquer", "UUID", "workflow"):
        assert word not in text.lower()


def test_all_pages_are_printed_one_sheet_each(staff_client):
    shown = staff_client.get(reverse("admin:handbook-print")).text
    assert shown.count('<section class="sheet">') == len(handbook.PAGES)


def test_a_page_that_is_not_there_is_not_found(staff_client):
    assert staff_client.get("/admin/mode-d-emploi/inconnue/").status_code == 404


def test_what_it_leads_from_is_there():
    named = {*handbook.OF_ACTS.values(), *handbook.OF_MODELS.values(), *handbook.OF_ADDRESSES.values()}
    assert named <= set(handbook.BY_NAME)
    for model in {*handbook.OF_MODELS, *(model for model, _ in handbook.OF_ACTS)}:
        try:
            assert reverse(f"admin:{model}_changelist")
        except NoReverseMatch:
            pytest.fail(f"{model} is in no admin")


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("admin:index", ""),
        ("admin:find", "au-telephone"),
        ("admin:accounts_user_changelist", "au-telephone"),
        ("admin:identity-find-number", "numero-pris"),
        ("admin:enrolment_assistedenrolment_add", "ouvrir-un-dossier"),
        ("admin:catalogue_place_changelist", ""),
    ],
)
def test_each_page_of_the_admin_leads_to_its_own(name, leads_to, staff_client):
    found = LINK.search(staff_client.get(reverse(name)).text)[1]
    assert found == (reverse("admin:handbook-page", args=[leads_to]) if leads_to else reverse("admin:handbook"))


def test_an_act_leads_to_its_own(staff_client):
    dossier, session = EnrolmentFactory(), SessionFactory(start=EnrolmentFactory().session.start)
    acts = {
        reverse("admin:accounts_user_act", args=[dossier.user.pk, "prepare"]): "ouvrir-un-dossier",
        reverse("admin:catalogue_session_act", args=[session.pk, "convoke"]): "jour-de-la-formation",
        reverse("admin:catalogue_session_act", args=[session.pk, "cancel"]): "deplacer-une-session",
    }
    for address, page in acts.items():
        assert LINK.search(staff_client.get(address).text)[1] == reverse("admin:handbook-page", args=[page])
