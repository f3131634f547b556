"""Import of trainings from French spreadsheets: clear mistakes, all or nothing, repeatable."""

import datetime
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalogue.admin.imports import mistakes
from catalogue.imports import cells, columns, resources
from catalogue.imports.resources import TrainingResource
from catalogue.models import FormerReference, SearchEntry, Session, Training, TrainingBody
from core import spreadsheets
from core.models import LongTask
from tests.factories import (
    PlaceFactory,
    ScaleFactory,
    SessionFactory,
    SubjectFactory,
    TrainingBodyFactory,
    TrainingFactory,
)
from tests.french import plain

pytestmark = pytest.mark.django_db

SIRET = "83124567500010"
MCF = f"https://www.moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/{SIRET}_a/{SIRET}_b"
START = datetime.datetime(2027, 3, 15)

HEADERS = [
    "référence", "titre", "état", "organisme", "thème", "intervenants", "résumé", "objectifs", "programme", "public",
    "prérequis", "durée (heures)", "durée (jours)", "prix", "lien mon compte formation", "remplacée par",
    "premier jour", "dernier jour", "horaires", "lieu", "à distance", "places",
]  # fmt: skip


@pytest.fixture(autouse=True)
def lists(db):
    """What the rows name."""
    TrainingBodyFactory(name="Atelier")
    SubjectFactory(name="Finances")
    PlaceFactory(name="Salle du Drapeau")
    ScaleFactory()


def row(number: int, **changes: Any) -> dict[str, Any]:
    good = {
        "référence": f"formation-{number:05}",
        "titre": f"Formation n° {number}",
        "état": "publiée",
        "organisme": "Atelier",
        "thème": "Finances",
        "intervenants": "",
        "résumé": "Un résumé",
        "objectifs": "Savoir lire un budget.",
        "programme": "Matin : lire. Après-midi : voter.",
        "public": "Élus",
        "prérequis": "",
        "durée (heures)": 6,
        "durée (jours)": 1,
        "prix": 200.5,
        "lien mon compte formation": "",
        "remplacée par": "",
        "premier jour": START,
        "dernier jour": START,
        "horaires": "9 h – 17 h",
        "lieu": "Salle du Drapeau",
        "à distance": "non",
        "places": 15,
    }
    return good | changes


def xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADERS)
    for each in rows:
        sheet.append([each[header] for header in HEADERS])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def load(content: bytes, *, skip_wrong: bool = False):
    """As the admin does: looked at, then written when nothing is wrong; both say the same of each row."""
    found = TrainingResource(skip_wrong=skip_wrong).look(resources.table_of(content))
    if found.has_errors() or found.has_validation_errors():
        return found
    written = TrainingResource(skip_wrong=skip_wrong).write(resources.table_of(content))
    assert written.totals == found.totals
    return written


def exported(kind: str) -> bytes:
    """All the trainings as the admin exports them."""
    return spreadsheets.write(kind, *TrainingResource().export_table(Training.objects.order_by("title", "pk")))


WRONG: list[tuple[str, Any, str]] = [
    ("référence", "", "référence"),
    ("référence", "avec espace", "référence"),
    ("référence", "x" * 61, "référence"),
    ("référence", "prise", "mène déjà à une autre formation"),
    ("titre", "", "vide"),
    ("titre", "x" * 201, "200 caractères"),
    ("état", "fini", "écrivez brouillon, publiée, retirée"),
    ("état", "", "inconnu"),
    ("organisme", "Personne", "Organisme « Personne » inconnu"),
    ("organisme", "", "Organisme manquant"),
    ("thème", "Magie", "Thème « Magie » inconnu"),
    ("thème", "", "Thème manquant"),
    ("intervenants", "Inconnue", "Intervenant « Inconnue » inconnu"),
    ("résumé", "x" * 301, "300 caractères"),
    ("public", "x" * 201, "200 caractères"),
    ("prérequis", "x" * 201, "200 caractères"),
    ("durée (heures)", "", "ne peut pas être vide"),
    ("durée (heures)", "six", "n'est pas un nombre"),
    ("durée (heures)", 0, "plus grande que zéro"),
    ("durée (heures)", "6,123", "2 chiffres après la virgule"),
    ("durée (jours)", "un", "n'est pas un nombre"),
    ("durée (jours)", "1,25", "1 chiffre après la virgule"),
    ("prix", "", "ne peut pas être vide"),
    ("prix", "gratuit", "n'est pas un nombre"),
    ("prix", -5, "négatif"),
    ("prix", "200,555", "2 chiffres après la virgule"),
    ("prix", "480,60", "80,10\xa0€ de l'heure"),
    ("prix", "12345678,00", "chiffres"),
    ("lien mon compte formation", MCF.replace("https", "http"), "https://"),
    ("lien mon compte formation", MCF.replace("www.monc", "www.nonc"), "moncompteformation.gouv.fr"),
    ("lien mon compte formation", MCF.partition("#")[0], "coupée"),
    ("lien mon compte formation", MCF.replace(SIRET, "83124567500011"), "comporte une faute"),
    ("remplacée par", "nulle-part", "Formation « nulle-part » inconnu"),
    ("premier jour", "31/02/2027", "n'existe pas dans le calendrier"),
    ("premier jour", "lundi", "écrivez par exemple 31/12/2026"),
    ("premier jour", "", "premier jour de la session"),
    ("dernier jour", datetime.datetime(2027, 3, 14), "ne peut pas précéder"),
    ("lieu", "Salle des pas perdus", "inconnu"),
    ("lieu", "", "Donnez un lieu"),
    ("à distance", "peut-être", "écrivez oui ou non"),
    ("places", 16, "15 places au plus"),
    ("places", "1,5", "nombre entier"),
    ("places", 0, "au moins une place"),
]


def test_there_are_forty_kinds_of_mistakes():
    assert len(WRONG) >= 40


@pytest.mark.parametrize(("column", "value", "says"), WRONG)
def test_each_mistake_is_told_by_line_and_column(column, value, says):
    FormerReference.objects.create(reference="prise", training=TrainingFactory())
    result = load(xlsx([row(1), row(2, **{column: value})]))
    (message,) = mistakes(result)
    assert message.startswith(f"Ligne 3, colonne « {column} » : ")
    assert says in message
    assert Training.objects.count() == 1


def test_four_hundred_rows_with_forty_mistakes_leave_nothing_and_then_come_in_twice_changed_once():
    rows = [row(number) for number in range(400)]
    wrong = [dict(each) for each in rows]
    kinds = [kind for kind in WRONG if kind[1] != "prise"][:40]
    for place, (column, value, _) in enumerate(kinds):
        wrong[place * 10][column] = value
    told = mistakes(load(xlsx(wrong)))
    assert len(told) == 40
    assert not Training.objects.exists()
    assert not Session.objects.exists()

    good = xlsx(rows)
    first = load(good)
    assert not mistakes(first)
    assert first.totals["new"] == Training.objects.count() == Session.objects.count() == 400
    assert SearchEntry.objects.count() == 400
    before = list(Training.objects.order_by("pk").values_list("pk", "updated_at"))
    again = load(good)
    assert (again.totals["new"], again.totals["update"], again.totals["skip"]) == (0, 0, 400)
    assert list(Training.objects.order_by("pk").values_list("pk", "updated_at")) == before


def test_chosen_so_the_right_rows_come_in_and_the_wrong_ones_are_told():
    content = xlsx([row(1), row(2, prix="gratuit"), row(3)])
    result = load(content, skip_wrong=True)
    assert not result.has_validation_errors()
    assert Training.objects.count() == 2
    (left_out,) = [each.left_out for each in result if hasattr(each, "left_out")]
    assert left_out[0] == 3
    assert list(left_out[1]) == ["prix"]


def test_a_changed_cell_changes_that_and_nothing_else():
    load(xlsx([row(1), row(2)]))
    result = load(xlsx([row(1), row(2, prix="210,00")]))
    assert (result.totals["update"], result.totals["skip"]) == (1, 1)
    assert Training.objects.get(reference="formation-00002").price == Decimal(210)
    assert Session.objects.count() == 2


def test_a_reference_again_adds_a_session():
    later = {"premier jour": "12/04/2027", "dernier jour": "13/04/2027"}
    result = load(xlsx([row(1), row(1, **later)]))
    assert not mistakes(result)
    assert [s.start.isoformat() for s in Session.objects.order_by("start")] == ["2027-03-15", "2027-04-12"]
    (message,) = mistakes(load(xlsx([row(1), row(1, titre="Autre", **later)])))
    assert "La ligne 2 a déjà cette référence, avec d'autres valeurs : titre." in message


def test_seats_never_go_below_those_taken():
    training = TrainingFactory(reference="formation-00001")
    SessionFactory(training=training, start=START.date(), seats_taken=4)
    (message,) = mistakes(load(xlsx([row(1, places=3)])))
    assert "4 places sont déjà prises" in message


def test_csv_as_french_spreadsheets_write_it():
    content = "Référence;Titre;État;Organisme;Thème;Durée (heures);Prix;Premier jour;À distance\r\n"
    content += "budget;Lire le budget;brouillon;Atelier;Finances;3,5;1 20,00 €;15/03/2027;oui\r\n;;;;;;;;\r\n"
    for encoded in (content.encode("utf-8-sig"), content.encode("cp1252"), content.encode()):
        Training.objects.all().delete()
        assert mistakes(load(encoded)) == []
        training = Training.objects.get()
        assert (training.duration_hours, training.price) == (Decimal("3.5"), Decimal(120))
        assert training.sessions.get().remote


def test_a_column_that_nobody_knows_stops_all():
    content = "référence;tarif\r\nbudget;12\r\n".encode()
    assert mistakes(load(content)) == ["Colonne inconnue : tarif. Partez du modèle à télécharger."]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_has_every_column(kind):
    read = resources.table_of(spreadsheets.write(kind, *columns.template()))
    assert set(HEADERS) <= set(read.headers)
    assert len(read) == 1


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1\xa0200,50", "1200.50"), ("200 €", "200"), (200.1, "200.1"), (6, "6"), ("", None), (None, None)],
)
def test_numbers_are_read_as_they_are_written(cell, number):
    assert cells.decimal(cell) == (None if number is None else Decimal(number))


class TestInTheAdmin:
    URL = "/admin/catalogue/training/import/"

    @pytest.fixture
    def send(self, staff_client, run_tasks):
        """Give a file, let the worker read it, open what it found."""

        def sent(content: bytes, **data):
            file = SimpleUploadedFile("formations.xlsx", content)
            answer = staff_client.post(self.URL, {"file": file, **data})
            assert answer.status_code == 302
            assert "Lecture en cours" in staff_client.get(answer.url).text
            run_tasks()
            return staff_client.get(answer.url)

        return sent

    @pytest.fixture
    def confirm(self, staff_client, run_tasks):
        def confirmed(page):
            staff_client.post(page.wsgi_request.path, {"act": "confirm"})
            run_tasks()
            return staff_client.get(page.wsgi_request.path)

        return confirmed

    def test_preview_then_confirm(self, send, confirm):
        page = send(xlsx([row(1)]))
        assert "Formation n° 1" in page.text
        assert "1 à ajouter" in page.text
        assert not Training.objects.exists()
        page = confirm(page)
        assert "1 ajoutées" in page.text
        assert Training.objects.get().sessions.count() == 1
        assert LongTask.objects.get().given == b"", "what was given is forgotten"

    def test_mistakes_are_listed_and_nothing_can_be_confirmed(self, send):
        page = send(xlsx([row(1, prix="gratuit")]))
        assert "Ligne 2, colonne « prix » : « gratuit » n&#x27;est pas un nombre" in plain(page.text)
        assert 'value="confirm"' not in page.text

    def test_a_killed_worker_is_told_and_its_work_is_taken_up_at_once_or_later(self, staff_client, run_tasks):
        file = SimpleUploadedFile("formations.xlsx", xlsx([row(1)]))
        page = staff_client.post(self.URL, {"file": file}).url
        long_ago = timezone.now() - datetime.timedelta(minutes=1)
        LongTask.objects.update(state="looking", attempts=1, alive_until=long_ago)
        assert "Le travail s'est interrompu" in staff_client.get(page).text
        staff_client.post(page, {"act": "resume"})
        shown = staff_client.get(page).text
        assert "Lecture en cours" in shown
        run_tasks()
        assert "1 à ajouter" in staff_client.get(page).text

    def test_the_page_is_found_again_from_where_one_gives_files(self, staff_client, send):
        page = send(xlsx([row(1)]))
        first = staff_client.get(self.URL).text
        assert page.wsgi_request.path in first
        assert "à confirmer" in first

    def test_confirmed_twice_it_is_imported_once(self, staff_client, send, run_tasks):
        page = send(xlsx([row(1)]))
        for _ in range(2):
            answer = staff_client.post(page.wsgi_request.path, {"act": "confirm"}, follow=True)
        assert "rien n&#x27;est fait deux fois" in answer.text
        assert run_tasks() == ["SUCCESSFUL"]
        assert Training.objects.count() == 1

    def test_what_is_not_wanted_is_dropped(self, staff_client, send):
        page = send(xlsx([row(1)]))
        staff_client.post(page.wsgi_request.path, {"act": "drop"})
        assert "rien n'a été écrit" in staff_client.get(page.wsgi_request.path).text
        assert not Training.objects.exists()

    def test_wrong_rows_are_left_out_when_chosen(self, send, confirm):
        page = send(xlsx([row(1, prix="gratuit"), row(2)]), skip_wrong="on")
        assert "Laissées de côté" in page.text
        confirm(page)
        assert [t.reference for t in Training.objects.order_by("pk")] == ["formation-00002"]

    def test_what_became_wrong_since_the_preview_imports_nothing(self, send, confirm):
        page = send(xlsx([row(1), row(2)]))
        ScaleFactory(effective_from=datetime.date(2021, 1, 1), hourly_cap=Decimal(10))
        page = confirm(page)
        assert "Rien n'a été écrit" in page.text
        assert not Training.objects.exists()

    @pytest.mark.parametrize("content", [b"\x89PNG\x00\x01" * 40, b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old"])
    def test_a_file_that_is_no_table_is_told_in_words(self, send, content):
        page = send(content)
        assert "Ce fichier" in page.text
        assert "Rien n'a été écrit" in page.text
        assert "Traceback" not in page.text

    @pytest.mark.parametrize(("query", "start"), [("", b"PK"), ("?format=csv", b"\xef\xbb\xbfr")])
    def test_the_template_is_downloaded(self, staff_client, query, start):
        response = staff_client.get(f"/admin/catalogue/training/modele-import/{query}")
        assert response.content.startswith(start)

    def test_the_list_is_exported_as_it_is_filtered_under_a_french_name(self, staff_client, time_machine):
        time_machine.move_to(datetime.datetime(2026, 11, 25, 10, tzinfo=datetime.UTC))
        TrainingFactory(title="Le budget", status="draft")
        TrainingFactory(title="La voirie")
        response = staff_client.get("/admin/catalogue/training/exporter/?format=csv&status__exact=draft")
        assert 'filename="formations-2026-11-25.csv"' in response["Content-Disposition"]
        lines = response.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("référence;titre;état;organisme")
        assert [line.split(";")[1] for line in lines[1:]] == ["Le budget"]


class TestPublishingByAFile:
    """A file publishes nothing that the button would not publish."""

    @pytest.mark.parametrize("empty", ["résumé", "objectifs", "programme"])
    def test_a_training_without_its_texts_stays_unpublished(self, empty):
        result = load(xlsx([row(1, **{empty: ""})]))
        assert any("Il manque, pour publier" in line for line in mistakes(result))
        assert not Training.objects.exists()

    def test_an_approval_that_ends_before_the_session_keeps_it_back(self):
        before = START - datetime.timedelta(1)
        TrainingBody.objects.filter(name="Atelier").update(approval_end=before)
        assert any("agrément" in line for line in mistakes(load(xlsx([row(1)]))))

    def test_a_draft_needs_nothing_and_what_is_published_stays_so(self):
        assert not mistakes(load(xlsx([row(1, état="brouillon", programme="")])))
        Training.objects.update(status="published")
        assert not mistakes(load(xlsx([row(1, programme="")])))
