"""Staff never type, paste or correct an id: no form of the admin shows one in a field."""

import re

import pytest

from tests.config.test_access import ADMIN, address, world  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db
FORMS = [name for name in ADMIN if name.endswith(("_add", "_change", "_act"))]
INPUT = re.compile(r"<(?:input|textarea)\b[^>]*>")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.mark.parametrize("name", FORMS)
def test_no_form_shows_an_id_to_type(name, world, staff_client):  # noqa: F811
    page = staff_client.get(address(name, world)).text
    fields = [field for field in INPUT.findall(page) if 'type="hidden"' not in field]
    assert [field for field in fields if "RawId" in field or UUID.search(field)] == []
