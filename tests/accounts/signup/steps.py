"""Going through account creation as a browser does."""

from django.test import Client
from django.urls import reverse

from tests.factories import make_nir

PASSWORD = "Prairie-Verte79"
NIR = make_nir(order=77)
IDENTITY = {"birth_name": "Moreau", "nir": NIR, "diploma": "6"}
CONTACT = {"mobile": "06 12 34 56 78", "landline": "", "email": "jeanne@courriel.example"}
ADDRESS = {
    "street_number": "12",
    "repetition": "Bis",
    "street_type": "Rue",
    "street_name": "de la Mairie",
    "address_extra": "",
    "locality": "",
    "postal_code": "79000",
    "city": "79191",
    "country": "France",
}
LAST = {"password": PASSWORD, "password_again": PASSWORD, "terms": "on"}
STEPS = {"identite": IDENTITY, "contact": CONTACT, "adresse": ADDRESS, "mot-de-passe": LAST}


def begin(client: Client, query: str = "") -> str:
    """The address of the first step, without its last part."""
    response = client.get(reverse("accounts:signup") + query)
    assert response.status_code == 302, response.status_code
    return response["Location"].split("identite/")[0]


def go_to(client: Client, upto: str, *, base: str = "", **changes: dict) -> str:
    """Submit the steps before *upto*; the address of the steps."""
    base = base or begin(client)
    for name, values in STEPS.items():
        if name == upto:
            return base
        response = client.post(f"{base}{name}/", {**values, **changes.get(name, {})})
        assert response.status_code == 302, (name, response.context["form"].errors)
    return base


def sign_up(client: Client, **changes: dict):
    """The whole path; the answer to the last step."""
    base = go_to(client, "mot-de-passe", **changes)
    return client.post(f"{base}mot-de-passe/", {**LAST, **changes.get("mot-de-passe", {})})
