"""Both tokens are believed only when everything about them is right; else a calm page, and nobody is logged in."""

import logging

import pytest

from accounts.franceconnect import tokens
from core.models import Draft
from tests.accounts.franceconnect.conftest import RIGHTS
from tests.simulator.faults import TOKEN_FAULTS, TOKENS

CODES = {
    "signature": "signature",
    "alg-none": "algorithm",
    "hs256-public-key": "algorithm",
    "issuer": "issuer",
    "audience": "audience",
    "expired": "expired",
    "stale": "issued",
    "garbage": "unreadable",
}


def refused(visitor, caplog) -> str:
    """Come back as Claire, whose account is known, and be refused calmly; the code in the log."""
    caplog.set_level(logging.WARNING, "accounts.franceconnect")
    response = visitor.come_in("claire", next="/formations/")
    page = response.content.decode()

    assert response.status_code == 400
    assert "Nous n'avons pas pu vérifier votre identité" in page
    assert 'name="next" value="/formations/"' in page
    assert "/connexion/?next=/formations/" in page
    assert visitor.user_id is None
    assert not Draft.objects.exists()
    [record] = [record for record in caplog.records if record.name == "accounts.franceconnect"]
    return record.getMessage().split()[1].removeprefix("error=")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_good_tokens_let_in(visitor, provider, known_claire, algorithm):
    provider.signer.algorithm = algorithm

    response = visitor.come_in("claire")

    assert response["Location"] == RIGHTS
    assert visitor.user_id == str(known_claire.pk)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("fault", sorted(CODES))
def test_a_wrong_token_is_refused(visitor, provider, known_claire, caplog, token, fault):
    provider.faults.add(f"{token}-{fault}")

    assert refused(visitor, caplog) == f"{token}_{CODES[fault]}"


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_signed_under_an_unpublished_key_is_refused(visitor, provider, known_claire, caplog, token):
    provider.faults.add(f"{token}-unknown-kid")

    assert refused(visitor, caplog) == "unknown_kid"


def test_every_fault_of_a_token_is_tried():
    assert {*CODES, "unknown-kid"} == set(TOKEN_FAULTS)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("id_token-nonce", "id_token_nonce"),
        ("id_token-acr", "id_token_acr"),
        ("id_token-no-acr", "id_token_acr"),
        ("userinfo-other-sub", "userinfo_other_sub"),
        ("userinfo-json", "userinfo_not_signed"),
    ],
)
def test_an_answer_that_is_not_about_this_person_now_is_refused(visitor, provider, known_claire, caplog, fault, code):
    provider.faults.add(fault)

    assert refused(visitor, caplog) == code


def test_rotated_keys_are_fetched_again(visitor, visitors, provider, known_claire):
    visitor.come_in("claire")
    provider.signer.rotate()
    other = visitors()

    assert other.come_in("claire")["Location"] == RIGHTS


def test_a_token_signed_with_a_withdrawn_key_is_refused_once_it_is_forgotten(visitor, provider, known_claire, caplog):
    visitor.come_in("claire")
    visitor.client.logout()
    withdrawn = provider.signer.keys
    provider.signer.rotate()
    visitor.come_in("claire")
    visitor.client.logout()
    published = provider.signer.jwks()
    provider.signer.keys = withdrawn
    provider.signer.jwks = lambda: published

    assert refused(visitor, caplog) == "unknown_kid"


@pytest.mark.parametrize(("asked", "given", "enough"), [
    ("eidas1", "eidas1", True),
    ("eidas1", "eidas3", True),
    ("eidas2", "eidas1", False),
    ("eidas1", "", False),
    ("eidas1", None, False),
    ("autre", "autre", True),
])  # fmt: skip
def test_the_level_is_at_least_the_one_asked(asked, given, enough):
    assert tokens._is_at_least(given, asked) is enough


@pytest.mark.parametrize(
    ("claims", "ours"),
    [
        ({"aud": "nous"}, True),
        ({"aud": "nous", "azp": "nous"}, True),
        ({"aud": "nous", "azp": "eux"}, False),
        ({"aud": ["nous", "eux"], "azp": "nous"}, True),
        ({"aud": ["nous", "eux"]}, False),
        ({"aud": ["eux"], "azp": "nous"}, False),
        ({}, False),
    ],
)
def test_a_token_for_several_services_names_us(claims, ours):
    assert tokens._is_for(claims, "nous") is ours


@pytest.mark.parametrize("value", [None, "1", True, float("nan"), 5])
def test_a_time_that_is_none_or_outside_is_refused(value):
    assert not tokens._between(value, 10, 20)
