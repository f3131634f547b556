"""« Localisation » as people say it: a commune of today or of old, a code, a CEDEX, a department, an EPCI."""

import pytest

from accounts.places import communes
from accounts.places.localities import Locality

AROUND = {"79", "86", "85", "17", "49", "75"}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        communes.load(entry for entry in communes.read() if entry.department in AROUND)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _country(loaded, db):
    """The communes of the department and around are in the database."""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("79000 Niort", "Niort"),
        ("Niort (79000)", "Niort"),
        ("79 000", None),
        ("79\u202f000 niort", "Niort"),
        ("79028 Niort Cedex 9", "Niort"),
        ("NIORT CEDEX", "Niort"),
        ("St Maixent l'ecole", "Saint-Maixent-l'École"),
        ("Mauzé-Thouarsais", "Thouars (Mauzé-Thouarsais)"),
        ("Verrines sous Celles", "Celles-sur-Belle (Verrines-sous-Celles)"),
        ("Ste Radegonde", "Thouars (Sainte-Radegonde)"),
        ("Deux-Sèvres", "Deux-Sèvres"),
        ("les deux sevres", "Deux-Sèvres"),
        ("79", "Deux-Sèvres"),
        ("département de la Vienne", "Vienne"),
        ("Vienne", "Vienne"),
        ("dept 85", "Vendée"),
        ("la Vendée", "Vendée"),
        ("Mellois en Poitou", "CC Mellois en Poitou"),
        ("communauté de communes du Thouarsais", "CC du Thouarsais"),
        ("agglo du niortais", "CA du Niortais"),
        ("Bocage Bressuirais", "CA du Bocage Bressuirais"),
        ("parthenay gatine", "CC de Parthenay-Gâtine"),
        ("Parthenay", "Parthenay"),
        ("Thouars", "Thouars"),
        ("\u200bMelle\ufeff", "Melle"),
    ],
)
def test_a_place_is_understood(typed, name):
    found = Locality.of(typed)
    assert found is not None
    assert name is None or found.name == name
    assert found.departments


@pytest.mark.parametrize(
    "typed", ["zzzz", "", "79999", "cedex", "(", "communauté de communes", "de la", "\u200b", "🙂", "00000 rien"]
)
def test_what_names_no_place_is_none(typed):
    assert Locality.of(typed) is None


def test_a_whole_department_is_every_commune_of_it_and_an_epci_its_own():
    assert Locality.of("79").departments == {"79"}
    assert Locality.of("CC Mellois en Poitou").epcis == {"200069755"}
    assert Locality.of("Melle").departments == {"79"}


def test_the_list_that_is_shipped_knows_the_former_communes_of_the_department():
    former = {name for entry in communes.read() if entry.department == "79" for name in entry.former_names}
    assert len(former) >= 80
    assert {"Mauzé-Thouarsais", "Verrines-sous-Celles", "Aigonnay"} <= former
