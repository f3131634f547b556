"""Going out: here first, then at FranceConnect's; and here anyway when FranceConnect is down."""

import os
import subprocess
import sys

from tests.accounts.franceconnect.conftest import query_of

LOGOUT = "/deconnexion/"
OUT_THERE = "/franceconnect/deconnexion/"
BACK = "/franceconnect/deconnexion/retour/"


def log_out(visitor):
    """Press « Me déconnecter »; the answer of the page that leads on to FranceConnect."""
    response = visitor.client.post(LOGOUT)
    assert response["Location"] == OUT_THERE
    assert visitor.user_id is None
    return visitor.client.get(OUT_THERE)


def test_logout_ends_the_session_here_then_out_there(visitor, provider, known_claire):
    visitor.come_in("claire")
    address = log_out(visitor)["Location"]
    asked = query_of(address)

    assert address.startswith(f"{provider.issuer}/session/end?")
    assert asked["post_logout_redirect_uri"] == f"http://testserver{BACK}"
    assert len(asked["state"]) == 43
    back = visitor.outside.get(address, allow_redirects=False).headers["Location"]
    assert provider.sessions == {}
    response = visitor.client.get(visitor.ours(back), follow=True)
    assert "ni sur ce site ni chez FranceConnect" in response.content.decode()


def test_the_provider_has_forgotten_the_person(visitor, known_claire):
    visitor.come_in("claire")
    visitor.outside.get(log_out(visitor)["Location"], allow_redirects=False)
    response = visitor.outside.get(visitor.leave(), allow_redirects=False)

    assert "/interaction" in response.headers["Location"]


def test_with_the_provider_down_one_is_logged_out_here_and_told_so(visitor, provider, known_claire):
    visitor.come_in("claire")
    provider.faults.add("discovery-down")
    response = log_out(visitor)

    assert response.status_code == 200
    assert "Vous n'êtes plus connecté sur ce site" in response.content.decode()
    assert "FranceConnect n'a pas répondu" in response.content.decode()


def test_a_return_nobody_asked_for_says_nothing(visitor, known_claire):
    visitor.come_in("claire")
    log_out(visitor)
    response = visitor.client.get(BACK, {"state": "devine"}, follow=True)

    assert response.status_code == 200
    assert "chez FranceConnect" not in response.content.decode()


def test_a_return_without_a_departure_says_nothing(visitor, db):
    response = visitor.client.get(BACK, follow=True)

    assert response.status_code == 200
    assert "chez FranceConnect" not in response.content.decode()


def test_who_came_with_a_password_stays_here(official_client, provider):
    assert official_client.post(LOGOUT)["Location"] == "/"
    assert official_client.get(OUT_THERE)["Location"] == "/"


def test_a_link_from_elsewhere_logs_nobody_out(visitor, known_claire):
    visitor.come_in("claire")
    response = visitor.client.get(OUT_THERE)

    assert response["Location"] == "/mes-droits/"
    assert visitor.user_id == str(known_claire.pk)


def test_the_policy_lets_both_buttons_lead_to_the_provider():
    """`form-action` also judges where a POST is redirected."""
    variables = {
        "FRANCECONNECT_CLIENT_ID": "adm79",
        "FRANCECONNECT_CLIENT_SECRET": "secret",
        "FRANCECONNECT_ISSUER": "https://fc.example/api/v2",
    }
    command = "from config.settings import SECURE_CSP; print(SECURE_CSP['form-action'])"
    environment = {**os.environ, "DEBUG": "true", **variables}
    printed = subprocess.run(
        [sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True
    )

    assert "'https://fc.example'" in printed.stdout
