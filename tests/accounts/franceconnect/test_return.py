"""The way back: one answer to one question of one browser, and what happens when the provider does not play along."""

import logging
import time
from datetime import timedelta

import pytest
import requests
import time_machine

from accounts.franceconnect import attempts, transport
from accounts.franceconnect.errors import LostError
from core import sealed
from tests.accounts.franceconnect.conftest import CALLBACK, LOGIN, RIGHTS, query_of

pytestmark = pytest.mark.usefixtures("known_claire")


@pytest.fixture
def log(caplog):
    """A function: the codes that the log holds."""
    caplog.set_level(logging.INFO, "accounts.franceconnect")
    return lambda: [
        record.getMessage().split()[1].removeprefix("error=")
        for record in caplog.records
        if record.name == "accounts.franceconnect"
    ]


def test_a_known_person_comes_in_under_a_new_session_key(visitor, known_claire):
    address = visitor.choose(visitor.leave(next="/formations/"), "claire")
    before = visitor.client.session.session_key
    response = visitor.arrive(address)

    assert response["Location"] == "/formations/"
    assert visitor.user_id == str(known_claire.pk)
    assert visitor.client.session["method"] == "franceconnect"
    assert visitor.client.session.session_key != before


def test_a_place_outside_the_site_is_not_gone_to(visitor):
    assert visitor.come_in("claire", next="https://ailleurs.example/")["Location"] == RIGHTS


def test_several_tabs_each_have_their_answer(visitor):
    first = visitor.choose(visitor.leave(next="/formations/"), "claire")
    second = visitor.choose(visitor.leave(next="/mon-compte/"), "claire")

    assert visitor.arrive(first)["Location"] == "/formations/"
    assert visitor.arrive(second)["Location"] == "/mon-compte/"


def test_the_answer_may_arrive_twice(visitor, known_claire):
    address = visitor.choose(visitor.leave(next="/formations/"), "claire")
    visitor.arrive(address)

    assert visitor.arrive(address)["Location"] == "/formations/"
    assert visitor.user_id == str(known_claire.pk)


def test_two_answers_at_the_same_instant_let_in_once(visitor, rf):
    """The first one logs in and gives the session another key, while the second still holds the old one."""
    state = query_of(visitor.leave())["state"]
    request = rf.get(CALLBACK, {"state": state})
    request.session = visitor.client.session
    assert state in sealed.read(request.session, attempts.OPEN)
    visitor.client.session.delete()

    with pytest.raises(LostError, match="session_gone"):
        attempts.take(request, state)


def test_an_answer_to_another_browser_is_refused(visitor, visitors, log):
    address = visitor.choose(visitor.leave(next="/formations/"), "claire")
    stranger = visitors()
    response = stranger.arrive(address)

    assert response.status_code == 400
    assert "Il faut recommencer l'identification" in response.content.decode()
    assert stranger.user_id is None
    assert log() == ["state_unknown"]


def test_the_answer_to_a_question_already_answered_is_refused(visitor, visitors, log):
    """A refused answer answers the question too: the same state opens nothing any more."""
    address = visitor.choose(visitor.leave(), "")
    visitor.arrive(address)
    state = query_of(address)["state"]
    code = query_of(visitors().choose(visitors().leave(), "claire"))["code"]
    response = visitor.client.get(CALLBACK, {"code": code, "state": state})

    assert response.status_code == 400
    assert visitor.user_id is None
    assert log() == ["provider_access_denied", "state_unknown"]


def test_a_question_asked_more_than_ten_minutes_ago_is_over(visitor, log):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        address = visitor.leave(next="/formations/")
        clock.shift(timedelta(seconds=attempts.LIFETIME))
        response = visitor.arrive(visitor.choose(address, "claire"))

    assert response.status_code == 400
    assert 'name="next" value="/formations/"' in response.content.decode()
    assert visitor.user_id is None
    assert log() == ["state_stale"]


def test_a_question_asked_just_under_ten_minutes_ago_is_answered(visitor):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        address = visitor.leave()
        clock.shift(timedelta(seconds=attempts.LIFETIME - 1))

        assert visitor.arrive(visitor.choose(address, "claire"))["Location"] == RIGHTS


def test_the_code_of_another_tab_is_refused(visitor, log):
    """The state is this browser's own, but not the one that this code answers."""
    first = query_of(visitor.choose(visitor.leave(), "claire"))
    second = query_of(visitor.choose(visitor.leave(), "claire"))
    response = visitor.client.get(CALLBACK, {"code": first["code"], "state": second["state"]})

    assert response.status_code == 400
    assert visitor.user_id is None
    assert log() == ["code_refused"]


def test_a_code_used_before_is_refused(visitor, provider, log):
    address = visitor.choose(visitor.leave(), "claire")
    provider.grants[query_of(address)["code"]].used = True
    response = visitor.arrive(address)

    assert response.status_code == 400
    assert log() == ["code_refused"]


def test_a_code_older_than_thirty_seconds_is_refused(visitor, log):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        address = visitor.choose(visitor.leave(), "claire")
        clock.shift(31)

        assert visitor.arrive(address).status_code == 400
    assert log() == ["code_refused"]


def test_who_refuses_is_told_what_to_do(visitor, log):
    response = visitor.arrive(visitor.choose(visitor.leave(next="/formations/"), ""))
    page = response.content.decode()

    assert response.status_code == 403
    assert "Vous avez interrompu l'identification" in page
    assert f'action="{LOGIN}"' in page
    assert 'name="next" value="/formations/"' in page
    assert "/connexion/?next=/formations/" in page
    assert log() == ["provider_access_denied"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("authorize-server-error", "provider_server_error"),
        ("authorize-unavailable", "provider_temporarily_unavailable"),
        ("authorize-invalid-scope", "provider_invalid_scope"),
    ],
)
def test_a_provider_that_refuses_is_an_ordinary_event(visitor, provider, log, fault, code):
    provider.faults.add(fault)
    address = requests.get(visitor.leave(), allow_redirects=False, timeout=5).headers["Location"]
    response = visitor.arrive(address)

    assert response.status_code == 424
    assert "FranceConnect ne répond pas pour le moment" in response.content.decode()
    assert log() == [code]


def test_an_error_nobody_knows_is_not_copied_into_the_log(visitor, log):
    state = query_of(visitor.leave())["state"]
    response = visitor.client.get(CALLBACK, {"error": "MARTIN Jeanne", "state": state})

    assert response.status_code == 424
    assert log() == ["provider_other_error"]


@pytest.mark.parametrize("answer", [{}, {"code": ""}, {"state": "x" * 5000}, {"error": "access_denied"}])
def test_an_answer_without_sense_is_no_server_error(visitor, answer):
    assert visitor.client.get(CALLBACK, answer).status_code == 400


def test_an_answer_without_code_is_refused(visitor, log):
    state = query_of(visitor.leave())["state"]

    assert visitor.client.get(CALLBACK, {"state": state}).status_code == 400
    assert log() == ["no_code"]


def test_an_answer_that_another_provider_signs_is_refused(visitor, log):
    asked = query_of(visitor.choose(visitor.leave(), "claire"))
    response = visitor.client.get(CALLBACK, {**asked, "iss": "https://usurpateur.invalid"})

    assert response.status_code == 400
    assert log() == ["callback_issuer"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("token-hangs", "token_unreadable"),
        ("token-drips", "token_unreadable"),
        ("token-huge", "token_unreadable"),
        ("token-html", "token_unreadable"),
        ("token-redirects", "token_unreadable"),
        ("userinfo-error", "userinfo_unreadable"),
        ("jwks-down", "keys_unreadable"),
        ("jwks-html", "keys_unreadable"),
    ],
)
def test_a_provider_down_slow_or_talking_nonsense(visitor, provider, log, monkeypatch, fault, code):
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.3)
    monkeypatch.setattr(transport, "BUDGET", 1.5)
    address = visitor.choose(visitor.leave(next="/formations/"), "claire")
    provider.faults.add(fault)
    began = time.monotonic()
    response = visitor.arrive(address)

    assert time.monotonic() - began < 10
    assert response.status_code == 424
    assert "FranceConnect ne répond pas pour le moment" in response.content.decode()
    assert 'name="next" value="/formations/"' in response.content.decode()
    assert visitor.user_id is None
    assert log() == [code]


def test_the_provider_does_not_lead_the_site_elsewhere(visitor):
    with transport.session() as session, pytest.raises(requests.TooManyRedirects):
        session.get(visitor.leave(), withhold_token=True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("discovery-down", "discovery_unreadable"),
        ("discovery-html", "discovery_unreadable"),
        ("discovery-other-issuer", "discovery_other_issuer"),
    ],
)
def test_a_provider_that_does_not_describe_itself(visitor, provider, log, fault, code):
    provider.faults.add(fault)
    response = visitor.client.post(LOGIN, {"next": "/formations/"})

    assert response.status_code == 424
    assert 'name="next" value="/formations/"' in response.content.decode()
    assert log() == [code]


def test_a_provider_that_is_not_there(visitor, settings, log):
    settings.FRANCECONNECT_ISSUER = "http://localhost:1/api/v2"

    assert visitor.client.post(LOGIN).status_code == 424
    assert log() == ["discovery_unreadable"]


def test_a_final_slash_in_the_settings_is_no_fault(visitor, settings):
    settings.FRANCECONNECT_ISSUER += "/"

    assert visitor.come_in("claire")["Location"] == RIGHTS


def test_a_wrong_client_secret_is_our_fault_not_the_persons(visitor, settings, log):
    settings.FRANCECONNECT_CLIENT_SECRET = "perime"
    response = visitor.come_in("claire")

    assert response.status_code == 424
    assert log() == ["token_refused"]


def test_no_log_line_holds_anything_of_the_person(visitor, provider, caplog):
    caplog.set_level(logging.DEBUG, "accounts")
    visitor.come_in("claire")
    provider.faults.add("userinfo-expired")
    visitor.client.logout()
    visitor.come_in("claire")

    for secret in ("DUBOIS", "Claire", "1965", "79049", provider.sub("claire"), "claire.moreau"):
        assert secret not in "\n".join(record.getMessage() for record in caplog.records if "accounts" in record.name)


def test_a_closed_account_stays_closed(visitor, known_claire):
    known_claire.is_active = False
    known_claire.save()
    response = visitor.come_in("claire")

    assert response.status_code == 403
    assert "Votre compte est fermé" in response.content.decode()
    assert visitor.user_id is None


def test_only_the_latest_questions_are_remembered(visitor):
    for _ in range(attempts.MOST_AT_ONCE + 3):
        last = visitor.leave()

    assert len(sealed.read(visitor.client.session, attempts.OPEN)) == attempts.MOST_AT_ONCE
    assert visitor.arrive(visitor.choose(last, "claire"))["Location"] == RIGHTS
