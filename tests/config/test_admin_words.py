"""No English in the admin: every page of every table, as staff see it."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.config.test_access import ADMIN, address, world  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(
    r"\b(the|this|that|these|with|and|of|is|are|was|were|has been|please|select(?:ed)?|add(?:ed)?|delete[ds]?|save[ds]?"
    r"|search|history|view(?:ed)?|required|field|fields|user|users|password|group|groups|log entr(?:y|ies)"
    r"|row|value|by|from|home|recent actions|none available|go|run|skip to|toggle|filter|clear|unknown|submit|you|your"
    r"|resource|following|choose|other|reason|request_\w+|identity/\w+|enrolment/\w+|accounts/\w+)\b",
    re.IGNORECASE,
)
"""Words that French does not have, or has with another meaning that the admin has no use for."""
SAID = re.compile(
    r"\b(?:title|aria-label|alt|placeholder|data-\w*text|summary)=\"([^\"]*)\"|<input[^>]*type=\"submit\"[^>]*value=\"([^\"]*)\""
)
NOT_READ = re.compile(r"<(script|style|template|svg|code|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
OPENED_BY_POST = {"admin:identity-examiner", "admin:identity-document"}


def read(html: str) -> str:
    """What a page says, on the screen and to who listens to it; no address, no mail address."""
    html = NOT_READ.sub(" ", html)
    spoken = " ".join(" ".join(pair) for pair in SAID.findall(html))
    text = unescape(f"{re.sub(r'<[^>]*>', ' ', html)} {spoken}")
    return re.sub(r"\S+@\S+|https?://\S+|/\S+/", " ", text)


def english(html: str) -> set[str]:
    return {found.group(0).lower() for found in ENGLISH.finditer(read(html))}


def test_the_search_for_english_finds_it_where_it_is_said():
    assert english('<p>Select all</p><a title="History">x</a><input type="submit" value="Save">') == {
        "select",
        "history",
        "save",
    }
    assert english("<p>Enregistrer, l'historique, un fichier par personne</p><script>the</script>") == set()


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_every_page_of_a_table_is_in_french(model, world, staff_client):  # noqa: F811
    mine = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
    wrong = {}
    for name in (name for name in ADMIN if name.startswith(mine)):
        response = staff_client.get(address(name, world), follow=True)
        if "html" in response.headers["Content-Type"] and (found := english(response.text)):
            wrong[name] = found
    row = model._default_manager.first()
    if row is not None:
        listed = staff_client.post(
            reverse(f"{mine}changelist"), {"action": "delete_selected", "_selected_action": [row.pk]}, follow=True
        )
        if found := english(listed.text):
            wrong["several deleted"] = found
    assert wrong == {}


def test_every_other_page_is_in_french(world, staff_client):  # noqa: F811
    tables = tuple(f"admin:{model._meta.app_label}_{model._meta.model_name}_" for model in admin.site._registry)
    wrong = {}
    for name in (name for name in ADMIN if not name.startswith(tables)):
        ask = staff_client.post if name in OPENED_BY_POST else staff_client.get
        response = ask(address(name, world), follow=True)
        if "html" in response.headers["Content-Type"] and (found := english(response.text)):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("kind", ["add", "change"])
def test_mistakes_are_told_in_french(kind, world, staff_client):  # noqa: F811
    wrong = {}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
        if name in ADMIN:
            response = staff_client.post(address(name, world), {"_save": "1"}, follow=True)
            if found := english(response.text):
                wrong[name] = found
    assert wrong == {}
