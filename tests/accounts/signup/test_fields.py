"""Account creation, field by field: address, contact, password."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.accounts.signup.steps import ADDRESS, CONTACT, go_to, sign_up
from tests.factories import CommuneFactory, PostalCodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def niort():
    return PostalCodeFactory()


class TestAddress:
    """« Code postal » first, then « Ville » from a list; the countryside and abroad pass."""

    @pytest.fixture
    def base(self, client):
        PostalCodeFactory(code="79170", commune=CommuneFactory(code="79057", name="Brioux-sur-Boutonne"))
        PostalCodeFactory(code="79170", commune=CommuneFactory(code="79297", name="Secondigné-sur-Belle"))
        return go_to(client, "adresse")

    def test_a_postal_code_of_several_communes_gives_the_list_and_loses_nothing(self, client, base):
        response = client.post(f"{base}adresse/", {**ADDRESS, "postal_code": "79170", "city": ""})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Choisissez votre ville dans la liste" in page
        assert "Secondigné-sur-Belle" in page
        assert "de la Mairie" in page

    def test_a_postal_code_of_one_commune_chooses_it(self, client, base):
        assert client.post(f"{base}adresse/", {**ADDRESS, "city": ""}).status_code == 302

    def test_without_javascript_a_button_fills_the_list(self, client, base):
        response = client.post(f"{base}adresse/", {**ADDRESS, "postal_code": "79170", "city": "", "refresh": "1"})
        page = client.get(response["Location"]).content.decode()
        assert "Brioux-sur-Boutonne" in page
        assert "Erreur" not in page
        assert "de la Mairie" in page

    def test_with_javascript_the_list_comes_by_itself(self, client, base):
        page = client.get(reverse("accounts:city-field"), {"postal_code": "79170", "country": "France"})
        assert "Brioux-sur-Boutonne" in page.content.decode()

    def test_a_place_with_only_a_lieu_dit(self, client, base):
        hamlet = {**ADDRESS, "street_number": "", "repetition": "", "street_type": "", "street_name": ""}
        assert client.post(f"{base}adresse/", {**hamlet, "locality": "Le Petit Chêne"}).status_code == 302

    def test_neither_street_nor_lieu_dit_is_told(self, client, base):
        response = client.post(f"{base}adresse/", {**ADDRESS, "street_name": ""})
        assert "lieu-dit" in response.context["form"].errors["street_name"][0]

    def test_abroad(self, client, base):
        abroad = {**ADDRESS, "postal_code": "B-1000", "city": "Bruxelles", "country": "Belgique"}
        assert client.post(f"{base}adresse/", abroad).status_code == 302

    def test_a_code_that_no_commune_has_is_told_and_then_taken_with_its_town(self, client, base):
        response = client.post(f"{base}adresse/", {**ADDRESS, "postal_code": "79999", "city": ""})
        assert "Aucune commune n'a ce code postal" in response.context["form"].errors["city_name"][0]
        assert (
            client.post(f"{base}adresse/", {**ADDRESS, "postal_code": "79999", "city_name": "Niort"}).status_code == 302
        )


class TestContact:
    @pytest.fixture
    def base(self, client):
        return go_to(client, "contact")

    def errors(self, client, base, **changes):
        return client.post(f"{base}contact/", {**CONTACT, **changes}).context["form"].errors

    def test_a_landline_alone_is_enough(self, client, base):
        response = client.post(f"{base}contact/", {**CONTACT, "mobile": "", "landline": "05 49 00 12 34"})
        assert response.status_code == 302

    def test_no_phone_at_all_is_told_once(self, client, base):
        assert list(self.errors(client, base, mobile="")) == ["mobile"]

    def test_a_landline_in_the_mobile_field_is_told_where_to_go(self, client, base):
        assert "Téléphone fixe" in self.errors(client, base, mobile="05 49 00 12 34")["mobile"][0]

    def test_a_mobile_in_the_landline_field_is_told_where_to_go(self, client, base):
        assert "Téléphone mobile" in self.errors(client, base, landline="06 12 34 56 78")["landline"][0]

    def test_a_slip_in_the_domain_is_asked_about_once_and_never_forced(self, client, base):
        response = client.post(f"{base}contact/", {**CONTACT, "email": "jeanne@gmial.com"})
        assert "jeanne@gmail.com" in response.context["form"].errors["email"][0]
        assert 'name="email_checked" value="jeanne@gmial.com"' in response.content.decode()
        insisted = {**CONTACT, "email": "jeanne@gmial.com", "email_checked": "jeanne@gmial.com"}
        assert client.post(f"{base}contact/", insisted).status_code == 302


class TestPassword:
    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("Court7a", "8 caractères"),
            ("toutpetit79", "majuscule"),
            ("TOUTGRAND79", "minuscule"),
            ("SansChiffre", "chiffre"),
            ("Password1", "trop courant"),
            ("Moreau1979", "nom de naissance"),
            ("Jeanne@courriel.example1", "mail"),
        ],
    )
    def test_what_is_refused_says_why(self, client, password, said):
        response = sign_up(client, **{"mot-de-passe": {"password": password, "password_again": password}})
        assert response.status_code == 422
        assert said in " ".join(response.context["form"].errors["password"])
        assert password not in response.content.decode()

    def test_a_long_one_with_spaces_passes(self, client):
        password = "Une très longue phrase de 128 signes " * 3
        assert (
            sign_up(client, **{"mot-de-passe": {"password": password, "password_again": password}}).status_code == 302
        )

    def test_two_different_ones(self, client):
        response = sign_up(client, **{"mot-de-passe": {"password_again": "Autre-Prairie79"}})
        assert list(response.context["form"].errors) == ["password_again"]

    def test_without_consent_no_account(self, client):
        assert sign_up(client, **{"mot-de-passe": {"terms": ""}}).status_code == 422
        assert not User.objects.exists()
