"""Words that find nothing offer something else, are counted without anybody, and become synonyms in one click."""

import datetime

import pytest
from django.utils import timezone

from catalogue.models import Synonym, UnansweredSearch
from catalogue.search import unanswered
from tests.catalogue.conftest import DAY

pytestmark = pytest.mark.usefixtures("demo_catalogue")
ADDRESS = "/formations/sans-reponse.html"


@pytest.mark.parametrize(
    "words",
    [
        "gémapi",
        "plomberie",
        "trottinette",
        "abribus",
        "cantonnier",
        "xylophone",
        "chorale",
        "apiculture",
        "zébu",
        "kayak",
    ],
)
def test_words_that_find_nothing_offer_themes_dates_and_a_person(official_client, settings, words):
    page = official_client.get("/formations/", {"q": f"{words} quantique"}).content.decode()
    assert "Chercher par thème" in page
    assert "?theme=" in page
    assert settings.ADM79_EMAIL in page
    assert "Les prochaines dates" in page or "Les formations les plus proches" in page


def test_it_is_counted_by_words_and_day_and_nothing_else(official_client):
    for typed in ("La GÉMAPI", "gemapi\u200b", "gémapi ?"):
        response = official_client.post(ADDRESS, {"q": typed}, headers={"HX-Request": "true"})
        assert response.status_code == 204
    row = UnansweredSearch.objects.get()
    assert (row.terms, row.times, row.last_on) == ("gemapi", 3, DAY)
    assert {field.name for field in UnansweredSearch._meta.fields} == {
        "id",
        "terms",
        "year",
        "times",
        "first_on",
        "last_on",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "budget",
        "",
        "   ",
        "le la les",
        "2580379191001",
        "0612345678",
        "06 12 34 56 78",
        "2 58 03 79 191 001",
        "jean@elus.example",
        "\0",
        "🙂",
        "...",
        "formation",
    ],
)
def test_what_finds_something_or_says_nothing_or_is_a_number_of_somebody_is_not_counted(official_client, typed):
    official_client.post(ADDRESS, {"q": typed})
    assert not UnansweredSearch.objects.exists()


def test_without_javascript_a_button_says_thank_you(official_client):
    response = official_client.post(ADDRESS, {"q": "gemapi"}, follow=True)
    assert "sait maintenant ce que vous cherchiez" in response.content.decode()


def test_one_click_leads_staff_to_the_synonym_and_its_words_leave_the_list(staff_client):
    for _ in range(unanswered.SHOWN_FROM):
        unanswered.note("gemapi", DAY)
        unanswered.note("zébu", DAY)
    page = staff_client.get("/admin/catalogue/unansweredsearch/").content.decode()
    assert "/admin/catalogue/synonym/add/?expressions=gemapi%2C%20" in page.replace("+", "%20")
    form = staff_client.get("/admin/catalogue/synonym/add/", {"expressions": "gemapi, "}).content.decode()
    assert 'value="gemapi, "' in form
    staff_client.post("/admin/catalogue/synonym/add/", {"expressions": "gemapi, budget"})
    assert Synonym.objects.filter(expressions="gemapi, budget").exists()
    assert list(UnansweredSearch.objects.values_list("terms", flat=True)) == ["zebu"]


def test_what_nobody_searched_for_in_two_years_is_forgotten_and_what_few_did_much_sooner():
    for _ in range(unanswered.SHOWN_FROM):
        unanswered.note("gemapi", DAY)
    unanswered.note("zébu", DAY)
    now = timezone.now()
    assert unanswered.purge(now + datetime.timedelta(days=90)) == 0
    assert unanswered.purge(now + datetime.timedelta(days=91)) == 1
    assert unanswered.purge(now + datetime.timedelta(days=730)) == 0
    assert unanswered.purge(now + datetime.timedelta(days=731)) == 1


def test_what_one_person_alone_searched_for_is_shown_to_nobody(staff_client):
    for _ in range(unanswered.SHOWN_FROM - 1):
        unanswered.note("gemapi", DAY)
    assert "gemapi" not in staff_client.get("/admin/catalogue/unansweredsearch/").text
    unanswered.note("gemapi", DAY)
    assert "gemapi" in staff_client.get("/admin/catalogue/unansweredsearch/").text


def test_a_stranger_does_not_decide_how_the_table_grows():
    UnansweredSearch.objects.bulk_create(
        UnansweredSearch(terms=f"x{number}", year=DAY.year, times=1, first_on=DAY, last_on=DAY)
        for number in range(unanswered.MOST_A_DAY - 1)
    )
    assert [unanswered.note(words, DAY) for words in ("gemapi", "zébu", "gemapi")] == [True, False, True]
    assert unanswered.note("zébu", DAY + datetime.timedelta(days=1))


def test_each_year_has_its_own_count():
    unanswered.note("gemapi", DAY)
    unanswered.note("gemapi", DAY + datetime.timedelta(days=60))
    assert list(UnansweredSearch.objects.order_by("year").values_list("year", "times")) == [(2026, 1), (2027, 1)]
