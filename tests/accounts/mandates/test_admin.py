"""Mandates in the admin."""

import pytest

from accounts.mandates import recognition
from accounts.models import Mandate
from tests.accounts.mandates.files import person, register
from tests.accounts.mandates.lines import (
    LIST,
    Status,
    answers,
    line,
    newcomer,
    owner_and_status,
)

pytestmark = pytest.mark.django_db


def fields_of(mandate: Mandate, **changes: object) -> dict[str, object]:
    names = ("birth_name", "first_name", "sex", "birth_date", "function", "kind", "place_name", "department", "start")
    values = {name: getattr(mandate, name) or "" for name in names}
    return values | {"user": mandate.user_id or "", "commune": mandate.commune_id or "", "end": ""} | changes


def test_staff_attach_in_the_admin_without_touching_the_status(staff_client):
    mandate, user = line(source="rne", source_key="x"), newcomer()
    path = f"{LIST}{mandate.pk}/change/"
    assert staff_client.post(path, fields_of(mandate, user=user.pk, status="unmatched")).status_code == 302
    assert owner_and_status(mandate) == (user, Status.CONFIRMED)
    assert mandate.source == "rne"
    other = newcomer()
    staff_client.post(path, fields_of(mandate, user=other.pk))
    assert owner_and_status(mandate) == (other, Status.CONFIRMED)
    assert answers(user) == {mandate: "no"}
    staff_client.post(path, fields_of(mandate, user=""))
    assert owner_and_status(mandate) == (None, Status.UNMATCHED)


def test_a_correction_makes_the_line_the_staffs(staff_client):
    mandate = line(source="rne", source_key="x")
    staff_client.post(f"{LIST}{mandate.pk}/change/", fields_of(mandate, birth_name="MOREAU-PETIT"))
    mandate.refresh_from_db()
    assert (mandate.source, mandate.name_key) == ("staff", "moreaupetit")


def test_staff_enter_a_mandate_that_the_register_lacks(staff_client):
    user = newcomer()
    new = fields_of(Mandate(birth_name="Moreau", function="Maire", kind="municipal", place_name="Niort"), user=user.pk)
    assert staff_client.post(f"{LIST}add/", new).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.user, mandate.status, mandate.source) == (user, Status.CONFIRMED, "staff")


def test_staff_find_by_name_and_detach_several(staff_client, django_assert_max_num_queries):
    for number in range(15):
        recognition.attach(line(birth_name=f"LE GOFF-{number}"), newcomer())
    with django_assert_max_num_queries(12):
        page = staff_client.get(f"{LIST}?q=legoff1&en_cours=oui")
    assert len(page.context["cl"].result_list) == 6
    chosen = list(Mandate.objects.filter(name_key__startswith="legoff1").values_list("pk", flat=True))
    asked = {"action": "detach", "_selected_action": chosen}
    assert "ne sera plus proposé" in staff_client.post(LIST, asked).text
    staff_client.post(LIST, {**asked, "_seen": ""})
    assert Mandate.objects.filter(user=None).count() == 6


def test_staff_bring_the_register_in(staff_client, as_user, staff_without_rights):
    page = staff_client.get(f"{LIST}repertoire/")
    assert "data.gouv.fr" in page.text
    file = register(person(), person(name=""))
    file.name = "elus.csv"
    answer = staff_client.post(f"{LIST}repertoire/", {"file": file})
    assert "1 ajoutés" in answer.text
    assert "nom manquant" in answer.text
    wrong = register(person(), header=("Nom de l'élu",))
    wrong.name = "autre.csv"
    assert staff_client.post(f"{LIST}repertoire/", {"file": wrong}).status_code == 422
    assert as_user(staff_without_rights).get(f"{LIST}repertoire/").status_code == 403
    staff_client.handler.enforce_csrf_checks = True
    file.seek(0)
    assert staff_client.post(f"{LIST}repertoire/", {"file": file}).status_code == 403
    assert Mandate.objects.count() == 1
    file.seek(0)
    token = staff_client.get(f"{LIST}repertoire/").context["csrf_token"]
    answer = staff_client.post(f"{LIST}repertoire/", {"file": file, "csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 200, "as a browser sends it"
