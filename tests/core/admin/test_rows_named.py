"""What names a row in the admin, by an address or by a form: a value that names none breaks nothing."""

import pytest

pytestmark = pytest.mark.django_db
ADD = "/admin/catalogue/session/add/"
NO_ROW = ["abc", "-1", "1e9", "9" * 40, "\u00b2", "0"]


@pytest.mark.parametrize("value", NO_ROW)
def test_a_value_that_names_no_row_is_refused_in_words(staff_client, value):
    answer = staff_client.post(ADD, {"training": value, "start": "01/02/2027"})
    assert answer.status_code == 200
    assert "training" in answer.context["adminform"].form.errors
    assert "01/02/2027" in answer.text  # the rest of what was typed stays


@pytest.mark.parametrize("value", NO_ROW)
def test_an_address_that_proposes_no_row_proposes_nothing(staff_client, value):
    assert staff_client.get(ADD, {"training": value}).status_code == 200
