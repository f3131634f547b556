"""A link printed on a fiche, as people type, copy and paste it."""

import pytest

from catalogue.models import FormerReference, Training
from tests.factories import SessionFactory, TrainingFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def budget() -> Training:
    return TrainingFactory(reference="budget-communal", title="Lire et comprendre le budget communal")


@pytest.mark.parametrize(
    "typed",
    [
        "/formations/Budget-Communal/",
        "/formations/budget-communal.",
        "/formations/budget-communal/.",
        "/formations/budget-communal/)",
        "/formations/budget-communal%C2%A0/",
        "/formations/bud%C3%A9et-communal/".replace("bud%C3%A9et", "budg%C3%A9t"),
        "/formations/%C2%AB%20budget-communal%20%C2%BB",
        "/formations/budget%20communal/",
        "/formations/budget-%20communal,",
    ],
)
def test_what_clings_to_a_link_does_not_lose_it(client, budget, typed):
    response = client.get(typed, follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == "/formations/budget-communal/"


def test_the_link_of_a_fiche_leads_to_the_fiche(client, budget):
    response = client.get("/formations/Budget-Communal/fiche/.", follow=True)
    assert response.request["PATH_INFO"] == "/formations/budget-communal/fiche/"


def test_a_former_reference_is_found_too(client, budget):
    FormerReference.objects.create(training=budget, reference="vieux-budget")
    assert client.get("/formations/Vieux-Budget;", follow=True).request["PATH_INFO"] == budget.get_absolute_url()


def test_a_draft_is_nobodys(client):
    TrainingFactory(reference="secret", status=Training.Status.DRAFT)
    assert client.get("/formations/secret.").status_code == 404


def test_an_unknown_one_offers_the_nearest_trainings(client, budget):
    response = client.get("/formations/budjet-comunal/")
    assert response.status_code == 404
    assert budget.title in response.text
    assert 'value="budjet-comunal"' in response.text


@pytest.mark.parametrize(
    "typed", ["https://autre.example/formations/budget-communal/", "Budget communal", "budget-communal"]
)
def test_who_has_a_fiche_types_what_is_printed_on_it(client, budget, typed):
    assert client.get("/fiche/", {"adresse": typed})["Location"] == budget.get_absolute_url()


def test_the_page_of_the_fiche_in_hand_says_where_the_link_stands(client):
    assert "en bas à gauche" in client.get("/fiche/").text


@pytest.mark.parametrize("typed", ["", "///", "%00", "é" * 500, "../../admin/", "\N{LEFT-TO-RIGHT OVERRIDE}"])
def test_nonsense_is_not_found_and_breaks_nothing(client, typed):
    assert client.get("/fiche/", {"adresse": typed}).status_code in {200, 404}


def test_logged_out_the_training_says_its_last_day_its_price_and_who_pays(client, budget):
    SessionFactory(training=budget)
    page = client.get(budget.get_absolute_url()).text
    assert "Dernier jour" in page
    assert "que votre DIF élus peut payer" in page
    assert page.index("Première fois ici") < page.index("Me connecter</a>\n    </div>")


class TestOutline:
    """What everybody may read."""

    def test_it_shows_titles_towns_and_last_days_of_open_sessions(self, client, budget):
        session = SessionFactory(training=budget)
        page = client.get("/formations-a-venir/").text
        assert budget.title in page
        assert session.town in page
        assert "Dernier jour sur Mon Compte Formation" in page

    def test_a_draft_a_full_and_a_late_session_are_left_out(self, client):
        SessionFactory(training__status=Training.Status.DRAFT, training__title="Brouillon")
        SessionFactory(training__title="Complète", seats=1, seats_taken=1)
        SessionFactory(training__title="Tardive", start=in_days(5), end=in_days(5))
        page = client.get("/formations-a-venir/").text
        assert all(title not in page for title in ("Brouillon", "Complète", "Tardive"))

    def test_the_search_stays_behind_the_login_and_says_why(self, client):
        page = client.get("/formations-a-venir/").text
        assert "La recherche se fait une fois connecté" in page
        assert "/connexion/?next=/formations/" in page
