"""Bringing the mandates in line with the register: what is read, what changes, what ends, what is refused."""

import io
import tracemalloc
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.mandates.register import importer
from accounts.mandates.register.importer import Report, Seen, import_register
from accounts.mandates.register.reader import RegisterError, parse_date
from accounts.models import Mandate
from tests.accounts.mandates.files import HEADER, person, register
from tests.factories import CommuneFactory, MandateFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
QUARTER = ("MARTIN", "BERNARD", "PETIT", "ROUX")


def bring_in(*people: dict[str, str], **options: object) -> Report:
    file = register(
        *people, **{name: options.pop(name) for name in ("header", "encoding", "delimiter") if name in options}
    )
    return import_register(file, today=TODAY, **options)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.ended, report.unchanged


# Reading -------------------------------------------------------------------------------------------


def test_a_line_becomes_a_mandate_without_account():
    CommuneFactory()
    bring_in(person())
    mandate = Mandate.objects.get()
    assert (mandate.user, mandate.status, mandate.source) == (None, "unmatched", "rne")
    assert (mandate.birth_name, mandate.first_name, mandate.sex) == ("MOREAU", "Jeanne", "F")
    assert (mandate.birth_date, mandate.start, mandate.end) == (date(1958, 3, 14), date(2026, 3, 22), None)
    assert (mandate.kind, mandate.department, mandate.commune_id) == ("municipal", "79", "79191")
    assert str(mandate) == "Conseillère municipale — Niort"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_it_came_in(encoding):
    bring_in(person(name="BÉRANGÈRE-LŒIL", place="Échiré"), encoding=encoding)
    mandate = Mandate.objects.get()
    assert (mandate.birth_name, mandate.place_name) == ("BÉRANGÈRE-LŒIL", "Échiré")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_are_found_by_name_whatever_their_order_and_spelling(delimiter):
    header = tuple(reversed(HEADER))
    bring_in(person(), header=header, delimiter=delimiter)
    old = register(person(name="PETIT"), header=header, delimiter=delimiter).getvalue().decode()
    old = old.replace("Code du département", "code du departement").replace("Nom de l'élu", "Nom de l’élu")
    import_register(io.BytesIO(old.encode()), today=TODAY)
    assert set(Mandate.objects.values_list("birth_name", flat=True)) == {"MOREAU", "PETIT"}


@pytest.mark.parametrize(
    "text", ["1958-03-14", "14/03/1958", "1958-03-14 00:00:00+00", "1958-03-14 00:00:00", "1958-03-14T00:00:00Z"]
)
def test_every_way_it_wrote_a_date(text):
    assert parse_date(text) == date(1958, 3, 14)
    bring_in(person(born=text, start="22/03/2026"))
    assert Mandate.objects.get().birth_date == date(1958, 3, 14)


@pytest.mark.parametrize("text", ["14.03.1958", "31/02/1958", "1958", "19580314x", "1958-13-01", "mars 1958"])
def test_what_is_no_date_is_no_date(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_date(text)


def test_older_files_leave_the_department_out_of_the_commune():
    CommuneFactory()
    bring_in(person(commune="191"))
    assert Mandate.objects.get().commune_id == "79191"


def test_a_commune_that_the_site_does_not_know_keeps_its_name():
    bring_in(person(commune="79999", place="Nouvelle-Commune"))
    mandate = Mandate.objects.get()
    assert (mandate.commune, mandate.place_name) == (None, "Nouvelle-Commune")


def test_functions_are_kept_and_the_plain_councillor_is_named():
    bring_in(
        person(function="1er adjoint au Maire"),
        person(name="PETIT", sex="M"),
        person(name="ROUX", sex=""),
    )
    assert set(Mandate.objects.values_list("function", flat=True)) == {
        "1er adjoint au Maire",
        "Conseiller municipal",
    }


def test_the_other_files_of_the_register():
    epci = (*HEADER[:2], "N° SIREN", "Libellé de l'EPCI", "Code de la commune de rattachement", *HEADER[6:])
    bring_in(person() | {"N° SIREN": "200041317", "Libellé de l'EPCI": "CA du Niortais"}, header=epci)
    canton = (*HEADER[:2], "Code du canton", "Libellé du canton", *HEADER[6:])
    bring_in(person() | {"Code du canton": "7910", "Libellé du canton": "Niort-1"}, header=canton)
    region = (
        "Code de la région",
        "Libellé de la région",
        "Code de la section départementale",
        "Libellé de la section départementale",
        *HEADER[6:],
    )
    lines = person() | {"Code de la région": "75", "Libellé de la région": "Nouvelle-Aquitaine"}
    bring_in(lines | {"Code de la section départementale": "79"}, header=region)
    assert {str(mandate) for mandate in Mandate.objects.all()} == {
        "Conseillère communautaire — CA du Niortais",
        "Conseillère départementale — Canton de Niort-1",
        "Conseillère régionale — Nouvelle-Aquitaine",
    }


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"a;b;c\n1;2;3\n", b"\x89PNG\r\n", "Nom de l'élu;Prénom de l'élu\n".encode()]
)
def test_another_file_is_refused_as_a_whole(content):
    with pytest.raises(RegisterError, match="répertoire national des élus"):
        import_register(io.BytesIO(content), today=TODAY)


# What changes --------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(django_assert_num_queries):
    people = [person(name=name) for name in QUARTER]
    assert counts(bring_in(*people)) == (4, 0, 0, 0)
    before = list(Mandate.objects.order_by("pk").values())
    assert counts(bring_in(*people)) == (0, 0, 0, 4)
    assert list(Mandate.objects.order_by("pk").values()) == before


def test_the_same_people_written_otherwise_are_the_same_people():
    bring_in(person(name="LE GOFF", first="Anne-Marie"))
    report = bring_in(person(name="Le Goff", first="ANNE MARIE", born="14/03/1958"))
    assert counts(report) == (0, 1, 0, 0)
    assert Mandate.objects.get().birth_name == "Le Goff"


def test_a_new_function_changes_the_mandate_and_not_whose_it_is():
    user = UserFactory()
    bring_in(person())
    Mandate.objects.update(user=user, status=Mandate.Status.CONFIRMED)
    assert counts(bring_in(person(function="Maire", start="2026-05-01"))) == (0, 1, 0, 0)
    mandate = Mandate.objects.get()
    assert (mandate.function, mandate.start) == ("Maire", date(2026, 5, 1))
    assert (mandate.user, mandate.status) == (user, Mandate.Status.CONFIRMED)


def test_who_has_left_the_file_has_ended_and_who_comes_back_goes_on():
    bring_in(*[person(name=name) for name in QUARTER])
    assert counts(bring_in(*[person(name=name) for name in QUARTER[:3]])) == (0, 0, 1, 3)
    assert Mandate.objects.get(birth_name="ROUX").end == TODAY
    assert counts(bring_in(*[person(name=name) for name in QUARTER])) == (0, 1, 0, 3)
    assert Mandate.objects.get(birth_name="ROUX").end is None


def test_a_file_cut_short_ends_nothing_unless_one_insists():
    bring_in(*[person(name=name) for name in QUARTER])
    cut = [person(name=QUARTER[0])]
    report = bring_in(*cut)
    assert (report.ended, report.ends_withheld) == (0, 3)
    assert any("trop pour être terminés" in sentence for sentence in report.sentences())
    assert bring_in(*cut, end_many=True).ended == 3


def test_other_departments_kinds_and_sources_are_left_alone():
    bring_in(person(department="86", commune="86194", place="Poitiers"), departments=None)
    by_hand = MandateFactory()
    bring_in(person(), person(name="PETIT"))
    report = bring_in(person(), person(name="PETIT"))
    assert (report.ended, report.ends_withheld) == (0, 0)
    by_hand.refresh_from_db()
    assert by_hand.end is None
    assert Mandate.objects.filter(end=None).count() == 4


def test_only_the_departments_asked_for():
    people = [person(), person(department="1", commune="01001", name="PETIT"), person(department="2A", name="ROUX")]
    report = bring_in(*people)
    assert (report.added, report.elsewhere, report.read) == (1, 2, 3)
    assert bring_in(*people, departments=["01"]).added == 1
    assert bring_in(*people, departments=None).added == 1
    assert set(Mandate.objects.values_list("department", flat=True)) == {"79", "01", "2A"}


def test_the_file_of_the_mayors_names_the_mayors_and_ends_nobody():
    bring_in(*[person(name=name) for name in QUARTER])
    mayors = tuple(label for label in HEADER if label != "Libellé de la fonction")
    three = [person(name=name) for name in QUARTER[:3]]
    assert counts(bring_in(*three, header=mayors)) == (0, 3, 0, 0)
    assert counts(bring_in(*three, header=mayors)) == (0, 0, 0, 3)
    assert Mandate.objects.filter(function="Maire").count() == 3
    assert Mandate.objects.filter(end=None).count() == 4


def test_what_staff_corrected_stays_corrected():
    bring_in(person(), person(name="PETIT"))
    Mandate.objects.filter(birth_name="MOREAU").update(source="staff", function="Maire déléguée")
    report = bring_in(person(function="Maire"), person(name="PETIT"))
    assert (report.kept_as_corrected, report.changed) == (1, 0)
    bring_in(person(name="PETIT"))
    assert Mandate.objects.get(birth_name="MOREAU").function == "Maire déléguée"
    assert Mandate.objects.get(birth_name="MOREAU").end is None


def test_more_than_one_batch(monkeypatch):
    monkeypatch.setattr(importer, "BATCH", 3)
    people = [person(name=f"MARTIN-{number}") for number in range(10)]
    assert counts(bring_in(*people)) == (10, 0, 0, 0)
    assert counts(bring_in(*people)) == (0, 0, 0, 10)
    assert counts(bring_in(*people[:6])) == (0, 0, 4, 6)


# What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": " "}, "nom manquant"),
        ({"first": "--"}, "prénom manquant"),
        ({"name": "X" * 101}, "nom de plus de 100 caractères"),
        ({"sex": "H"}, "sexe inconnu : « H »"),
        ({"born": "31/02/1960"}, "date de naissance illisible : « 31/02/1960 »"),
        ({"start": "bientôt"}, "date de début du mandat illisible : « bientôt »"),
        ({"born": "2027-01-01"}, "date de naissance impossible"),
        ({"born": "1858-03-14"}, "date de naissance impossible"),
        ({"born": "1990-01-01", "start": "1980-01-01"}, "mandat commencé avant la naissance"),
        ({"commune": ""}, "collectivité manquante"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_the_others_are_taken(change, reason):
    report = bring_in(person(name="PETIT"), person(**change), person(name="ROUX"))
    assert report.examples == [(3, reason)]
    assert report.added == 2
    assert any(reason.split(" : ", maxsplit=1)[0] in sentence for sentence in report.sentences())


def test_a_line_with_the_wrong_number_of_columns_is_refused():
    file = register(person()).getvalue() + b"79;Deux-S\xc3\xa8vres;;\r\n\r\n"
    report = import_register(io.BytesIO(file), today=TODAY)
    assert (report.added, report.examples) == (1, [(3, "4 colonnes au lieu de 16")])


def test_a_line_twice_is_taken_once_and_the_second_import_still_changes_nothing(monkeypatch):
    monkeypatch.setattr(importer, "BATCH", 2)
    people = [person(), person(function="Maire"), person(name="PETIT"), person(function="Autre")]
    report = bring_in(*people)
    assert (report.added, report.refused["ligne en double"]) == (2, 2)
    assert counts(bring_in(*people)) == (0, 0, 0, 2)


def test_nobodys_mandate_ends_because_their_line_cannot_be_read():
    bring_in(*[person(name=name) for name in QUARTER])
    report = bring_in(*[person(name=name) for name in QUARTER[:3]], person(name="ROUX", born="14.3.58"))
    assert report.ended == 0
    assert Mandate.objects.get(birth_name="ROUX").end is None


# The command, and its size -------------------------------------------------------------------------


def test_the_command_reports(tmp_path, capsys):
    path = tmp_path / "elus.csv"
    path.write_bytes(register(person(), person(name=""), person(department="86", commune="86194")).getvalue())
    call_command("import_register", path)
    out, err = capsys.readouterr()
    assert "lignes lues : 3, dont 1 d'autres départements" in out
    assert "Ajoutés : 1." in out
    assert "ligne 3 : nom manquant" in err
    call_command("import_register", path, all=True)
    assert Mandate.objects.count() == 2


def test_the_command_says_what_is_wrong_with_the_file(tmp_path):
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("import_register", tmp_path / "absent.csv")
    (tmp_path / "autre.csv").write_text("a;b\n1;2\n")
    with pytest.raises(CommandError, match="il manque Code du département"):
        call_command("import_register", tmp_path / "autre.csv")


def test_memory_does_not_grow_with_the_file():
    def peak(lines: int) -> int:
        head = register(person()).getvalue()
        line = register(person(department="86", commune="86194")).getvalue().split(b"\r\n")[1] + b"\r\n"
        file = io.BytesIO(head + line * lines)
        tracemalloc.start()
        import_register(file, today=TODAY)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < peak(500) + 500_000


def test_rows_seen_take_a_bit_each():
    seen = Seen()
    for pk in (1, 8, 500_000):
        seen.add(pk)
    assert [pk for pk in (0, 1, 7, 8, 9, 499_999, 500_000, 500_001, 10**9) if pk in seen] == [1, 8, 500_000]
    assert len(seen._bits) == 62_501
