"""The simulator plays FranceConnect faithfully, and can never be taken for it on the real site."""

import ast
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet
from stdnum.fr import nir

from tests.simulator.__main__ import arguments, is_production
from tests.simulator.faults import FAULTS
from tests.simulator.people import PEOPLE
from tests.simulator.provider import BadClientError, Client, Provider, RefusalError
from tests.simulator.server import Simulator, running

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "core", "accounts", "catalogue", "enrolment")
NONCE = STATE = "x" * 43
CLIENT = Client.of_site("http://site.test")
GOOD = {
    "client_id": CLIENT.client_id,
    "redirect_uri": CLIENT.redirect_uris[0],
    "response_type": "code",
    "scope": "openid family_name birthdate",
    "acr_values": "eidas1",
    "state": STATE,
    "nonce": NONCE,
}
SECRET = {"client_id": CLIENT.client_id, "client_secret": CLIENT.client_secret, "grant_type": "authorization_code"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running(client=CLIENT) as server:
        yield server


@pytest.fixture
def provider(simulator: Simulator) -> Provider:
    simulator.provider = Provider(simulator.provider.issuer, CLIENT, signer=simulator.provider.signer)
    return simulator.provider


def code_for(provider: Provider, person: str = "claire") -> str:
    address = provider.grant(provider.receive(GOOD), person)
    return parse_qs(urlsplit(address).query)["code"][0]


def exchange(provider: Provider, code: str, **changes: str) -> dict:
    return provider.token({**SECRET, "code": code, "redirect_uri": GOOD["redirect_uri"], **changes})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "family_name"}, "invalid_scope"),
        ({"scope": "openid nir"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"nonce": "x" * 21}, "invalid_request"),
        ({"acr_values": "eidas9"}, "invalid_request"),
        ({"prompt": "none"}, "invalid_request"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_request_without_what_franceconnect_requires_goes_back_with_an_error(provider, changes, error):
    with pytest.raises(RefusalError) as refused:
        provider.receive({**GOOD, **changes})
    assert refused.value.error == error


@pytest.mark.parametrize("changes", [{"client_id": "autre"}, {"redirect_uri": "http://ailleurs.test/"}])
def test_a_stranger_is_never_sent_back_to_an_address_of_their_own(provider, changes):
    with pytest.raises(BadClientError):
        provider.receive({**GOOD, **changes})


def test_a_code_lives_thirty_seconds_and_is_used_once(provider):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        in_time, too_late = code_for(provider), code_for(provider)
        clock.shift(30)
        assert exchange(provider, in_time)["expires_in"] == 60
        with pytest.raises(RefusalError, match="invalid_grant"):
            exchange(provider, in_time)
        clock.shift(1)
        with pytest.raises(RefusalError, match="invalid_grant"):
            exchange(provider, too_late)


def test_a_code_used_twice_kills_its_token(provider):
    code = code_for(provider)
    token = exchange(provider, code)["access_token"]
    with pytest.raises(RefusalError):
        exchange(provider, code)
    with pytest.raises(RefusalError, match="invalid_token"):
        provider.userinfo(token)


def test_an_access_token_lives_sixty_seconds(provider):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        token = exchange(provider, code_for(provider))["access_token"]
        clock.shift(60)
        assert provider.userinfo(token)[0] == "application/jwt"
        clock.shift(1)
        with pytest.raises(RefusalError, match="invalid_token"):
            provider.userinfo(token)


def test_the_client_authenticates_by_post_alone(provider):
    with pytest.raises(RefusalError, match="invalid_client"):
        exchange(provider, code_for(provider), client_secret="faux")
    with pytest.raises(RefusalError, match="invalid_client"):
        provider.token({**SECRET, "code": code_for(provider)}, authorization="Basic eDp5")


def test_the_code_is_worth_nothing_without_its_verifier(provider):
    request = {**GOOD, "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # the example of RFC 7636
    codes = [parse_qs(urlsplit(provider.grant(provider.receive(request), "claire")).query)["code"][0] for _ in "ab"]

    assert exchange(provider, codes[0], code_verifier=verifier)["token_type"] == "Bearer"
    with pytest.raises(RefusalError, match="invalid_grant"):
        exchange(provider, codes[1], code_verifier="autre")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_both_tokens_are_signed_and_tell_what_was_asked_for(provider, algorithm):
    provider.signer.algorithm = algorithm
    granted = exchange(provider, code_for(provider))
    kind, signed = provider.userinfo(granted["access_token"])
    keys = KeySet.import_key_set(provider.signer.jwks())
    id_token = jwt.decode(granted["id_token"], keys, algorithms=[algorithm])
    userinfo = jwt.decode(signed, keys, algorithms=[algorithm]).claims
    provider.signer.algorithm = "ES256"

    assert kind == "application/jwt"
    assert (id_token.claims["nonce"], id_token.claims["acr"]) == (NONCE, "eidas1")
    assert id_token.claims["exp"] - id_token.claims["iat"] == 60
    assert userinfo["sub"] == id_token.claims["sub"]
    assert userinfo.keys() - {"iss", "aud", "iat", "exp", "sub"} == {"family_name", "birthdate"}
    assert id_token.header["kid"] in {key["kid"] for key in provider.signer.jwks()["keys"]}


def test_the_published_keys_hold_no_secret(provider):
    assert not any("d" in key for key in provider.signer.jwks()["keys"])


def test_a_sub_is_stable_for_one_service_and_another_for_the_next(provider):
    other = Provider(provider.issuer, Client(client_id="un-autre-service"), signer=provider.signer)
    before = provider.sub("claire")

    assert provider.sub("claire") == before != other.sub("claire")
    provider.change_civil_status("claire", new_sub=True)
    assert provider.sub("claire") != before


def test_the_choice_page_tells_who_is_who_and_which_number_to_type(simulator, provider):
    page = requests.get(f"{provider.issuer}/authorize", GOOD, timeout=5).text

    for person in PEOPLE:
        assert escape(person.label) in page
    assert "2 65 12 79 049 123 68" in page
    assert "Refuser" in page


def test_its_home_page_presents_the_people(simulator, provider):
    page = requests.get(f"http://localhost:{simulator.server_port}/", timeout=5).text

    assert all(escape(person.label) in page for person in PEOPLE)


def test_a_person_is_remembered_until_login_is_asked_for(simulator, provider):
    with requests.Session() as browser:
        page = browser.get(f"{provider.issuer}/authorize", params=GOOD, timeout=5).url
        browser.post(page, {"person": "claire"}, allow_redirects=False, timeout=5)
        known = browser.get(f"{provider.issuer}/authorize", params=GOOD, allow_redirects=False, timeout=5)
        asked = browser.get(
            f"{provider.issuer}/authorize", params={**GOOD, "prompt": "login"}, allow_redirects=False, timeout=5
        )

    assert known.headers["Location"].startswith(GOOD["redirect_uri"])
    assert "/interaction" in asked.headers["Location"]


def test_logout_wants_its_own_token_and_a_known_address(provider):
    granted = exchange(provider, code_for(provider))
    back = CLIENT.post_logout_redirect_uris[0]
    good = {"id_token_hint": granted["id_token"], "post_logout_redirect_uri": back, "state": "abc"}
    cookie = provider.remember("claire")

    for missing in ({"id_token_hint": "faux"}, {"post_logout_redirect_uri": "http://ailleurs.test/"}):
        with pytest.raises(BadClientError):
            provider.end_session({**good, **missing}, cookie)
    assert provider.end_session(good, cookie) == f"{back}?state=abc"
    assert provider.remembered(cookie) is None


def test_the_switches_are_turned_by_hand(simulator, provider):
    address = f"http://localhost:{simulator.server_port}/simulateur/"
    requests.post(address, {"fault": ["userinfo-json", "inconnue"], "algorithm": "RS256"}, timeout=5)

    assert provider.faults == {"userinfo-json"}
    assert provider.signer.algorithm == "RS256"
    provider.signer.algorithm = "ES256"
    page = requests.get(address, timeout=5).text
    assert page.count(' name="fault"') == len(FAULTS)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_every_number_shown_is_well_formed(person):
    assert nir.is_valid(person.nir)


def test_it_listens_on_this_machine_alone(simulator):
    assert simulator.server_address[0] == "127.0.0.1"


def test_a_page_under_another_name_is_refused(simulator):
    """A site that makes its own name point to 127.0.0.1 gets nothing."""
    answer = requests.get(
        f"http://localhost:{simulator.server_port}/simulateur/", headers={"Host": "ailleurs.test"}, timeout=5
    )

    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("environ", "production"),
    [
        ({}, False),
        ({"DEBUG": "true", "SITE_URL": "http://localhost:8000"}, False),
        ({"DEBUG": "false"}, True),
        ({"DEBUG": ""}, True),
        ({"DEBUG": "true", "SITE_URL": "https://formations.adm79.example"}, True),
    ],
)
def test_a_productions_environment_is_recognised(environ, production):
    assert is_production(environ) is production


def test_it_runs_as_a_process_of_its_own_and_ends_when_asked(simulator):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.simulator", "--port", str(port), "--site", "http://localhost:8000"]
    environ = {**os.environ, "DEBUG": "true", "SITE_URL": "http://localhost:8000"}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert f"http://localhost:{port}/api/v2" in process.stdout.readline()
        metadata = requests.get(f"http://localhost:{port}/api/v2/.well-known/openid-configuration", timeout=5).json()
        process.terminate()
        assert process.wait(timeout=10) == 0

    assert metadata["issuer"] == f"http://localhost:{port}/api/v2"


def test_it_does_not_start_in_production():
    command = [sys.executable, "-m", "tests.simulator", "--port", "0"]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DEBUG": "false"}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "démarrage refusé" in ended.stderr


def test_the_command_line_takes_the_clients_name_and_faults(monkeypatch):
    monkeypatch.setenv("FRANCECONNECT_CLIENT_SECRET", "de-l-environnement")
    options = arguments(["--client-id", "moi", "--fault", "userinfo-json"])

    assert (options.client_id, options.client_secret, options.fault) == ("moi", "de-l-environnement", ["userinfo-json"])


def test_nothing_of_the_product_imports_it():
    for path in (
        file for app in ("config", "core", "accounts", "catalogue", "enrolment") for file in (ROOT / app).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.split(".")[0] == "tests" for name in names), path
