"""The official list of communes: what it holds, and how a person finds theirs in it."""

import json

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.management.commands.load_communes import compact
from accounts.models import Commune, PostalCode
from accounts.places import communes
from tests.factories import CommuneFactory, PostalCodeFactory


@pytest.fixture(scope="module")
def listed() -> list[communes.Entry]:
    return list(communes.read())


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The whole list, loaded once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_communes", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def country(loaded, db):
    """The whole list is in the database."""


def names(found) -> list[str]:
    return [commune.name for commune in found]


def test_the_list_holds_the_whole_country(listed):
    assert len({entry.code for entry in listed}) == len(listed) > 34_900
    assert sum(entry.department == "79" for entry in listed) == 252
    assert len({entry.epci for entry in listed if entry.department == "79"}) >= 8
    departments = {entry.department for entry in listed}
    assert {"01", "2A", "2B", "95", "971", "976", "988"} <= departments


@pytest.mark.parametrize("code", ["75112", "69381", "13216"])
def test_arrondissements_are_birthplaces_without_a_postal_code(listed, code):
    (entry,) = [entry for entry in listed if entry.code == code]
    assert entry.postal_codes == ()


def test_every_postal_code_finds_its_communes(country, listed):
    wanted: dict[str, set[str]] = {}
    for entry in listed:
        for code in entry.postal_codes:
            wanted.setdefault(code, set()).add(entry.code)
    found: dict[str, set[str]] = {}
    for code, commune in PostalCode.objects.values_list("code", "commune_id"):
        found.setdefault(code, set()).add(commune)
    assert found == wanted
    assert len(wanted) > 6300
    assert len(communes.communes_for("79 170")) == 17
    assert names(communes.communes_for("42130"))[0] == "Ailleux"
    assert names(communes.communes_for("79000")) == ["Bessines", "Niort", "Sciecq"]


def test_loading_again_changes_nothing(country, listed):
    before = list(PostalCode.objects.order_by("pk").values_list("pk", "code", "commune_id"))
    loaded, codes = communes.load(iter(listed))
    assert (loaded, codes) == (Commune.objects.count(), len(before))
    assert list(PostalCode.objects.order_by("pk").values_list("pk", "code", "commune_id")) == before


def test_a_commune_that_merged_keeps_its_row_and_loses_its_postal_code(db):
    PostalCodeFactory(code="79999", commune=CommuneFactory(code="79998", name="Ancienne-Commune"))
    entry = communes.Entry("79191", "Niort", "79", "200041317", "CA du Niortais", 59_854, ("79000",))
    communes.load(iter([entry]))
    assert Commune.objects.filter(code="79998").exists()
    assert communes.communes_for("79999") == []
    assert communes.find("ancienne") == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("niort", "Niort"),
        ("  NIORT ", "Niort"),
        ("st maixent", "Saint-Maixent-l'École"),
        ("Saint-Maixent-l’Ecole", "Saint-Maixent-l'École"),
        ("boën", "Boën-sur-Lignon"),
        ("la creche", "La Crèche"),
        ("par", "Parthenay"),
        ("paris", "Paris"),
        ("79300", "Bressuire"),
        ("793", "Bressuire"),
        ("97400", "Saint-Denis"),
        ("2A004", "Ajaccio"),
        ("Oeuilly", "Œuilly"),
    ],
)
def test_a_commune_is_found_as_people_write_it(country, typed, first):
    assert names(communes.find(typed))[0] == first


@pytest.mark.parametrize("typed", ["", "  ", "-", "00000", "zzzz"])
def test_nothing_is_found_for_nothing(country, typed):
    assert communes.find(typed) == []


def test_a_postal_code_is_not_taken_for_a_cog_code(country):
    assert "Mauzé-sur-le-Mignon" in names(communes.find("mauze", limit=50))
    assert "Mauzé-sur-le-Mignon" not in names(communes.find("79170", limit=50))


def test_the_compact_file_is_the_same_each_time(tmp_path):
    town = {"code": "79191", "nom": "Niort", "type": "commune-actuelle", "departement": "79"}
    town |= {"codesPostaux": ["79000"], "population": 59854}
    paris = {
        "code": "75112",
        "nom": "Paris 12e",
        "type": "arrondissement-municipal",
        "commune": "75056",
        "departement": "75",
    }
    former = {"code": "79200", "nom": "Avant", "type": "commune-deleguee", "departement": "79"}
    (tmp_path / "communes.json").write_text(json.dumps([town, former, paris | {"codesPostaux": ["75012"]}]))
    (tmp_path / "epci.json").write_text(
        json.dumps([{"code": "200041317", "nom": "CA du Niortais", "membres": [{"code": "79191"}]}])
    )
    packed = compact(tmp_path)
    assert packed == compact(tmp_path)
    (tmp_path / "list.gz").write_bytes(packed)
    assert list(communes.read(tmp_path / "list.gz")) == [
        communes.Entry("75112", "Paris 12e", "75", "", "", 0, ()),
        communes.Entry("79191", "Niort", "79", "200041317", "CA du Niortais", 59854, ("79000",)),
    ]


@pytest.mark.postgres
def test_the_database_knows_at_once_how_many_there_are(country):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname LIKE 'accounts_%%' AND relkind = 'r'", [])
        known = dict(cursor.fetchall())
    assert known["accounts_commune"] > 34_900
    assert known["accounts_postalcode"] > 34_900
