"""Searching: what comes first, in which order, the same on both engines; filters, places, what to try instead."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Q
from django.http import QueryDict

from catalogue.models import Session, Training
from catalogue.search import suggestions
from catalogue.search.engine import PAGE_SIZE, Criteria, Locality, Search
from catalogue.search.page import SearchPage
from catalogue.search.statement import _rows, results, rows
from tests.catalogue.conftest import DAY
from tests.catalogue.search.relevance import FIRST
from tests.factories import TrainingFactory

ORDERS = Path(__file__).parent / "orders.json"
"""Every query of the table with all its results in order: each engine must give the same."""


def search(rights: int = 0, **asked) -> Search:
    return Search(Criteria(**asked), DAY, Decimal(rights))


def found(**asked) -> list[str]:
    references = dict(Training.objects.order_by("pk").values_list("pk", "reference"))
    return [references[hit.training] for hit in results(search(**asked)).hits]


@pytest.mark.usefixtures("demo_catalogue")
@pytest.mark.parametrize("asked", [{}, {"subject": 1}, {"within_rights": True}])
def test_the_soonest_trainings_are_found_without_the_others_and_are_the_same(asked):
    """Everything, a theme, what rights pay: its first pages do not read the whole catalogue."""
    if "subject" in asked:
        asked = {"subject": Training.objects.order_by("pk")[0].subject_id}
    everything, quickly = search(rights=250, **asked), 0
    for page in range(1, 20):
        whole = _rows(everything, page, 2)
        assert rows(everything, page, 2) == whole
        quickly += _rows(everything, page, 2, soonest=True) == whole != []
    assert quickly


@pytest.mark.usefixtures("demo_catalogue")
class TestRelevance:
    def test_the_table_is_long_enough(self):
        assert len(FIRST) >= 60

    @pytest.mark.parametrize(("query", "first"), FIRST.items())
    def test_what_is_meant_comes_first(self, query, first):
        assert next(iter(found(q=query)), None) == first

    def test_the_whole_order_is_the_one_of_the_other_engine(self):
        """The same committed lists hold on SQLite and on PostgreSQL."""
        orders = {query: found(q=query) for query in FIRST}
        orders |= {f"lieu={place}": found(place=place) for place in ("Niort", "79300", "Boën-sur-Lignon (42130)")}
        orders["budget lieu=Thouars"] = found(q="budget", place="Thouars")
        orders["mois=2027-01 ouvertes"] = found(month="2027-01", open_only=True)
        assert orders == json.loads(ORDERS.read_text())


@pytest.mark.usefixtures("demo_catalogue")
class TestFilters:
    def test_same_commune_then_intercommunality_then_department_then_remote(self):
        places = dict(Training.objects.order_by("pk").values_list("reference", "pk"))
        communes = []
        for page in (1, 2):
            for reference in found(place="Melle", page=page):
                coming = Session.objects.upcoming(DAY).filter(training=places[reference])
                near = coming.filter(Q(remote=True) | Q(place__commune__department="79"))
                communes.append({s.place.commune.name if s.place else "à distance" for s in near.order_by("pk")})
        steps = [
            0 if "Melle" in each else 1 if "Celles-sur-Belle" in each else 3 if each == {"à distance"} else 2
            for each in communes
        ]
        assert steps == sorted(steps)
        assert set(steps) == {0, 1, 2, 3}

    def test_a_place_leaves_out_other_departments(self):
        assert found(q="domaine public", place="Niort") == []
        assert found(q="domaine public", place="Boën") == ["gestion-domaine-public-prive-commune"]

    @pytest.mark.parametrize("place", ["Niort", "niort", "79000", "Niort (79000)", "NIORT 79000"])
    def test_a_place_is_a_commune_or_a_postal_code(self, place):
        assert Locality.of(place).name in {"Niort", "Niort, Bessines…"}

    def test_a_commune_and_a_postal_code_is_that_commune(self):
        assert Locality.of("Niort (79000)").name == "Niort"
        assert Locality.of("79000").name == "Niort, Bessines…"

    def test_a_postal_code_of_many_communes_is_all_of_them(self):
        assert len(Locality.of("79170").communes) == 17
        assert Locality.of("79170").departments == {"79"}

    def test_open_only_leaves_out_closed_and_full(self):
        closed = set(found(q="biodiversité")) - set(found(q="biodiversité", open_only=True))
        assert "biodiversite-haies-espaces-verts" in closed
        Session.objects.filter(training__reference="etat-civil-mariage-officier").update(seats=3, seats_taken=3)
        assert "etat-civil-mariage-officier" not in found(q="mariage", open_only=True)
        assert "etat-civil-mariage-officier" in found(q="mariage")

    def test_a_month_is_the_month_of_the_session(self):
        for hit in results(search(month="2027-01", open_only=True)).hits:
            assert hit.next_open.strftime("%Y-%m") == "2027-01"
        assert "prise-fonction-maire" in found(q="fonctions de maire", month="2026-12")
        assert found(q="fonctions de maire", month="2028-05") == []

    def test_within_my_rights(self):
        cheap = results(search(150, within_rights=True))
        prices = Training.objects.filter(pk__in=[hit.training for hit in cheap.hits]).order_by("pk")
        assert {t.price for t in prices} == {Decimal(130), Decimal(140), Decimal(150)}

    def test_on_site_and_remote(self):
        assert found(q="cyberattaques", mode="distance") == ["cybersecurite-mairie"]
        assert found(q="cyberattaques", mode="presentiel") == []

    def test_pages_hold_everything_once(self):
        every = found() + found(page=2)
        assert len(every) == len(set(every)) == Training.objects.count() == 38
        assert len(found()) == PAGE_SIZE
        assert found(page=99) == found(page=2)


@pytest.mark.usefixtures("demo_catalogue")
class TestNothingFound:
    def labels(self, **asked) -> list[str]:
        return [suggestion.label for suggestion in suggestions.instead_of(search(**asked))]

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("bujet", "budget"),
            ("cybersecurté", "cybersécurité"),
            ("urbanizme", "urbanisme"),
            ("cimmetière", "cimetière"),
        ],
    )
    def test_did_you_mean(self, typed, meant):
        Training.objects.get(reference="cybersecurite-mairie").save()
        if meant == "cybersécurité":
            training = Training.objects.get(reference="cybersecurite-mairie")
            training.title = "Cybersécurité : protéger sa mairie"
            training.save()
        assert suggestions.did_you_mean(typed) == meant
        assert self.labels(q=typed)[0] == f"Vouliez-vous dire « {meant} » ?"

    def test_nothing_is_meant_by_noise(self):
        assert suggestions.did_you_mean("qsdfghjk") == ""
        assert self.labels(q="qsdfghjk") == []

    def test_without_the_place_and_without_the_month(self):
        assert self.labels(q="domaine public", place="Niort") == ["Partout, sans le lieu"]
        assert "À toutes les dates" in self.labels(q="cimetière", month="2028-01")

    def test_too_many_words_are_tried_one_by_one(self):
        assert "Avec le mot « maires »" in self.labels(q="les nouveaux maires du canton")

    def test_an_unknown_place_is_said(self):
        page = SearchPage(search(q="budget", place="Zzyzx"))
        assert page.unknown_place
        assert page.count == "Aucune formation"
        assert page.nearest


@pytest.mark.parametrize(
    "address",
    [
        "page=0", "page=-1", "page=99999999999999", "theme=x", "mois=2026-13", "mois=hier", "mode=vol", "q=%00", "q=*",
        "q=%22", "q='", "q=)", "q=AND", "q=NEAR(", "q=title:x", "q=:*", "q=%F0%9F%90%9D", "q=%CE%B1%CE%B2", "lieu=%00",
        "q=" + "a " * 500, "q=" + "é" * 3000, "q=((((", "q=-", "q=a%5Cb", "q=%25_", "q=!", "q=%26%7C%21",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_error(db, address):
    TrainingFactory()
    asked = Criteria.from_query(QueryDict(address))
    results(Search(asked, DAY))
    suggestions.instead_of(Search(asked, DAY))


def test_an_address_says_what_is_asked_and_nothing_else():
    asked = Criteria.from_query(
        QueryDict("q=budget&lieu=Niort&theme=3&mois=2026-12&ouvertes=1&droits=1&mode=distance&page=4")
    )
    assert asked.address() == "q=budget&lieu=Niort&theme=3&mois=2026-12&ouvertes=1&droits=1&mode=distance"
    assert Criteria.from_query(QueryDict(asked.address(page=4))) == asked
    assert Criteria().address() == ""
