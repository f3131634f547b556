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
from tests.factories import CommuneFactory
from tests.french import plain

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


class TestTheRegister:
    PAGE = f"{LIST}repertoire/"

    def give(self, client, *people, run_tasks, **kwargs):
        """Give a file, let the worker read it: the page that shows what it would do."""
        file = register(*people, **kwargs)
        file.name = "elus.csv"
        answer = client.post(self.PAGE, {"file": file})
        run_tasks()
        return client.get(answer.url)

    def confirm(self, client, page, run_tasks, **choices):
        client.post(page.wsgi_request.path, {"act": "confirm", **choices})
        run_tasks()
        return client.get(page.wsgi_request.path)

    def test_what_it_would_do_is_shown_before_anything_is_written(self, staff_client, run_tasks):
        assert "data.gouv.fr" in staff_client.get(self.PAGE).text
        CommuneFactory()
        recognised = person(commune="79191", place="Niort")
        stranger = person(name="PETIT", commune="79999", place="Nulle-Part")
        page = self.give(staff_client, recognised, stranger, person(name=""), run_tasks=run_tasks)
        for words in (
            "Ajoutés : 2. Modifiés : 0.",
            "Mandats municipaux",
            "Nulle-Part (1)",
            "MOREAU Jeanne",
            "nom manquant",
            "ferait",
        ):
            assert words in plain(page.text)
        assert "Niort (1)" not in page.text
        assert not Mandate.objects.exists()
        done = self.confirm(staff_client, page, run_tasks)
        assert "Ajoutés : 2." in plain(done.text)
        assert Mandate.objects.count() == 2

    def test_the_preview_counts_what_the_import_then_does(self, staff_client, run_tasks):
        before = [person(name=f"PETIT-{letter}") for letter in "ABCDE"]
        self.confirm(staff_client, self.give(staff_client, *before, run_tasks=run_tasks), run_tasks)
        after = [person(name="PETIT-A", function="Maire"), *before[1:4], person(name="NEUF")]
        page = self.give(staff_client, *after, after[-1], run_tasks=run_tasks)
        shown = page.context["found"]
        assert [what for what, _ in shown["changes"]] == ["modifié", "nouveau", "terminé"]
        done = self.confirm(staff_client, page, run_tasks).context["found"]
        assert done["sentences"] == shown["sentences"]
        assert done["sentences"][1:3] == ["Ajoutés : 1. Modifiés : 1.", "Terminés : 1. Inchangés : 3."]

    def test_many_ends_are_accepted_beside_their_number(self, staff_client, run_tasks):
        many = [person(name=f"PETIT-{letter}") for letter in "ABCD"]
        self.confirm(staff_client, self.give(staff_client, *many, run_tasks=run_tasks), run_tasks)
        page = self.give(staff_client, many[0], run_tasks=run_tasks)
        assert "Accepter que 3 mandats prennent fin" in page.text
        self.confirm(staff_client, page, run_tasks, end_many="on")
        assert Mandate.objects.exclude(end=None).count() == 3

    def test_another_file_is_told_in_words(self, staff_client, run_tasks):
        page = self.give(staff_client, person(), header=("Nom de l'élu",), run_tasks=run_tasks)
        assert "pas du répertoire national des élus" in page.text

    def test_it_is_for_those_who_may(self, as_user, staff_without_rights):
        assert as_user(staff_without_rights).get(self.PAGE).status_code == 403

    def test_the_token_is_asked_for(self, staff_client):
        staff_client.handler.enforce_csrf_checks = True
        file = register(person())
        file.name = "elus.csv"
        assert staff_client.post(self.PAGE, {"file": file}).status_code == 403
        file.seek(0)
        token = staff_client.get(self.PAGE).context["csrf_token"]
        answer = staff_client.post(self.PAGE, {"file": file, "csrfmiddlewaretoken": str(token)})
        assert answer.status_code == 302, "as a browser sends it"
