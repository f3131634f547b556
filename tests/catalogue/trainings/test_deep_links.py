"""Addresses of Mon Compte Formation as staff paste them, and SIRET numbers."""

import pytest
from django.core.exceptions import ValidationError

from catalogue.trainings.deep_links import validate_mcf_url, validate_siret

SIRET = "83124567500010"
BASE = "https://www.moncompteformation.gouv.fr/espace-prive/html/"
ROUTE = f"#/formation/recherche/{SIRET}_abc-1/{SIRET}_def%202"


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}{ROUTE}",
        f"  {BASE}{ROUTE} ",
        f"{BASE}{ROUTE}?contexteFormation=ACTIVITE_ELU",
        f"{BASE.replace('www.', '')}{ROUTE}",
        f"{BASE.rstrip('/')}{ROUTE}",
        f"{BASE}{ROUTE}/",
    ],
)
def test_what_is_pasted_from_a_browser_is_accepted(address):
    validate_mcf_url(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "scheme"),
        (f"http{BASE[5:]}{ROUTE}", "scheme"),
        ("javascript:alert(1)", "scheme"),
        (BASE.replace("gouv.fr", "gouv.fr.example") + ROUTE, "host"),
        (BASE.replace("www.", "faux.") + ROUTE, "host"),
        (BASE.replace("gouv.fr", "gouv.fr:8443") + ROUTE, "host"),
        (BASE.replace("www.", "moi@www.") + ROUTE, "host"),
        (BASE.replace("prive", "public") + ROUTE, "path"),
        (BASE, "fragment"),
        (f"{BASE}#/compte-utilisateur/connexion", "route"),
        (f"{BASE}#/formation/recherche/{SIRET}_abc", "route"),
        (f"{BASE}#/formation/recherche/abc/def", "route"),
        (f"{BASE}{ROUTE.replace(SIRET, SIRET[:-1], 1)}", "siret_length"),
        (f"{BASE}{ROUTE.replace(SIRET, SIRET[:-1] + '1', 1)}", "siret_key"),
    ],
)
def test_each_mistake_has_its_own_message(address, code):
    with pytest.raises(ValidationError) as refused:
        validate_mcf_url(address)
    assert refused.value.code == code


@pytest.mark.parametrize("siret", [SIRET, "831 245 675 00010"])
def test_a_siret_is_fourteen_digits_with_their_key(siret):
    validate_siret(siret)


@pytest.mark.parametrize("siret", ["", "8312456750001", "8312456750001A", "83124567500011"])
def test_a_wrong_siret_is_refused(siret):
    with pytest.raises(ValidationError):
        validate_siret(siret)
