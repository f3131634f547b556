"""Export, spreadsheet, import: what was not touched does not change, whatever stands in the cells."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.imports import resources
from catalogue.imports.resources import TrainingResource
from catalogue.models import Place, Session, Trainer, Training
from core import spreadsheets
from tests.catalogue.imports.test_import import exported, load, mistakes
from tests.factories import PlaceFactory, SessionFactory, SubjectFactory, TrainingBodyFactory, TrainingFactory

pytestmark = pytest.mark.django_db

TEXTS = ("title", "summary", "strong_points", "objectives", "programme", "audience", "prerequisites", "funding_aids")
BEGINNINGS = ["", "=", "+", "-", "@", "'", "'=", "''=", "\t=", "\r=", "(vide)", ";", '"']
texts = st.builds(
    lambda begin, text, end: (begin + text + end).strip()[:150] or "x",
    st.sampled_from(BEGINNINGS),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30),
    st.sampled_from(["", "\nseconde ligne", ";", " | "]),
)
amounts = st.decimals(0, 999, places=2)
days = st.dates(datetime.date(2025, 1, 1), datetime.date(2030, 1, 1))


@st.composite
def trainings(draw):
    """A training as staff, or an earlier version of the site, may have left it, with up to three sessions."""
    blank = draw(st.sets(st.sampled_from(TEXTS[1:])))
    words = {name: "" if name in blank else draw(texts) for name in TEXTS}
    sessions = [
        {
            "start": start,
            "end": start + datetime.timedelta(days=draw(st.integers(0, 3))),
            "seats": draw(st.integers(1, 40)),
        }
        | {"remote": draw(st.booleans()), "schedule": draw(st.just("") | texts)[:100]}
        for start in draw(st.lists(days, max_size=3))
    ]
    price, hours = draw(amounts), draw(st.decimals(1, 99, places=2))
    return {**words, "price": price, "duration_hours": hours}, sessions


def everything() -> tuple:
    """All that a file can change."""
    rows = list(Training.objects.order_by("pk").values())
    taught = list(Training.trainers.through.objects.order_by("training_id", "trainer_id").values("training", "trainer"))
    return rows, list(Session.objects.order_by("pk").values()), taught


def fill(made) -> None:
    body, subject, place = (
        TrainingBodyFactory(name="=Atelier"),
        SubjectFactory(name="- Finances"),
        PlaceFactory(name="+Salle"),
    )
    twins = [Trainer.objects.create(name="@Anne Petit") for _ in range(2)]
    for number, (values, sessions) in enumerate(made):
        training = TrainingFactory(reference=f"-ref-{number}", body=body, subject=subject, **values)
        training.trainers.set(twins[: number + 1])
        for each in sessions:
            SessionFactory(training=training, place=None if each["remote"] else place, **each)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(made=st.lists(trainings(), min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_what_is_exported_comes_back_and_changes_nothing(kind, made):
    with transaction.atomic():
        fill(made)
        before = everything()
        result = load(exported(kind))
        after = everything()
        transaction.set_rollback(True)
    assert mistakes(result) == []
    assert after == before
    assert result.totals["new"] == result.totals["update"] == 0


def edited(**changes: object) -> bytes:
    """The export as CSV with some cells of its first line changed."""
    headers, rows = TrainingResource().export_table(Training.objects.order_by("title", "pk"))
    first, *others = [list(row) for row in rows]
    for column, value in changes.items():
        first[headers.index(column)] = value
    return spreadsheets.csv_of(headers, [first, *others])


class TestBlankCells:
    @pytest.fixture
    def session(self):
        return SessionFactory(
            start=datetime.date(2027, 3, 15), end=datetime.date(2027, 3, 16), training__summary="Un résumé", seats=12
        )

    def test_a_blank_cell_leaves_what_is_recorded(self, session):
        blank = dict.fromkeys(["titre", "résumé", "prix", "état", "organisme", "dernier jour", "lieu", "places"], "")
        before = everything()
        assert mistakes(load(edited(**blank))) == []
        assert everything() == before

    def test_the_word_for_it_erases(self, session):
        assert mistakes(load(edited(résumé="(vide)", horaires="(vide)"))) == []
        session.refresh_from_db()
        assert (session.training.summary, session.schedule) == ("", "")

    def test_what_cannot_be_empty_is_not_erased(self, session):
        (message,) = mistakes(load(edited(titre="(vide)")))
        assert "colonne « titre »" in message

    def test_the_lines_of_further_sessions_may_be_blank_and_come_first(self, session):
        SessionFactory(training=session.training, start=datetime.date(2027, 5, 3))
        headers, rows = TrainingResource().export_table(Training.objects.all())
        first, second = list(rows)
        assert second[1:20] == [""] * 19
        first[headers.index("titre")] = "Un autre titre"
        assert mistakes(load(spreadsheets.csv_of(headers, [second, first]))) == []
        assert Training.objects.get().title == "Un autre titre"

    def test_what_only_a_later_line_says_counts(self, session):
        Trainer.objects.create(name="Anne Petit")
        SessionFactory(training=session.training, start=datetime.date(2027, 5, 3))
        headers, rows = TrainingResource().export_table(Training.objects.all())
        first, second = list(rows)
        second[headers.index("intervenants")], second[headers.index("public")] = "ANNE PETIT", "Maires"
        assert mistakes(load(spreadsheets.csv_of(headers, [first, second]))) == []
        training = Training.objects.get()
        assert ([str(each) for each in training.trainers.all()], training.audience) == (["Anne Petit"], "Maires")

    def test_a_session_known_by_its_number_is_moved(self, session):
        assert mistakes(load(edited(**{"premier jour": "22/03/2027", "dernier jour": ""}))) == []
        session.refresh_from_db()
        assert (session.start, session.end) == (datetime.date(2027, 3, 22), datetime.date(2027, 3, 23))
        assert Session.objects.count() == 1

    def test_a_number_of_another_training_is_refused(self, session):
        other = SessionFactory()
        (message,) = mistakes(load(edited(**{"n° de session": other.pk})))
        assert "n'est pas de cette formation" in message


class TestFormulas:
    def test_what_begins_like_a_formula_is_inert_in_csv(self):
        TrainingFactory(title="=HYPERLINK(1)", reference="-ref")
        cells = exported("csv").decode("utf-8-sig").splitlines()[1].split(";")
        assert cells[:2] == ["'-ref", "'=HYPERLINK(1)"]

    def test_it_is_a_text_in_excel(self):
        TrainingFactory(title="=HYPERLINK(1)")
        sheet = openpyxl.load_workbook(io.BytesIO(exported("xlsx"))).active
        assert (sheet["B2"].data_type, sheet["B2"].quotePrefix) == ("s", True)

    def test_a_formula_without_a_result_is_told_by_line_and_column(self):
        training = TrainingFactory()
        book = openpyxl.Workbook()
        for values in (["référence", "prix"], [training.reference, "=100*2"], ["=A2", ""]):
            book.active.append(values)
        out = io.BytesIO()
        book.save(out)
        message, *others = mistakes(load(out.getvalue()))
        assert message.startswith("Ligne 2, colonne « prix » : ")
        assert "formule" in message
        assert any(other.startswith("Ligne 3, colonne « référence »") for other in others)
        training.refresh_from_db()
        assert training.price == Decimal(200)


@pytest.mark.parametrize(
    "encoded",
    [
        "sep=;\r\nRéférence;TITRE\r\nbudget;Été\r\n".encode("utf-8-sig"),
        "référence\ttitre\r\nbudget\tÉté\r\n".encode("utf-16"),
        "référence\ttitre\r\nbudget\tÉté\r\n".encode("utf-16-le"),
        "sep=,\nreference,titre\nbudget,Été\n".encode("cp1252"),
    ],
)
def test_whichever_way_the_file_was_saved_it_is_read(encoded):
    TrainingFactory(reference="budget")
    assert mistakes(load(encoded)) == []
    assert Training.objects.get().title == "Été"


def test_lines_are_counted_as_the_spreadsheet_does_blank_ones_included():
    TrainingFactory(reference="budget")
    (message,) = mistakes(load("référence;prix\r\n;\r\n;\r\nbudget;cher\r\n".encode()))
    assert message.startswith("Ligne 4, ")


def test_a_row_of_a_place_is_known_by_its_name_whatever_its_accents():
    assert Place.objects.count() == 0
    session = SessionFactory(place__name="Salle des Fêtes", start=datetime.date(2027, 3, 15))
    wanted = PlaceFactory(name="Préau")
    assert mistakes(load(edited(lieu="PREAU"))) == []
    session.refresh_from_db()
    assert session.place == wanted


def test_every_column_is_in_french_and_none_is_a_name_of_the_code():
    assert resources.table_of(exported("xlsx")).headers == list(TrainingResource().every_column)
    assert all("_" not in column for column in TrainingResource().every_column)
