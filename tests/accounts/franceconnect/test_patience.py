"""A provider that is down or slow costs a page seven seconds at most, and after three failures nothing at all."""

import socket
import threading
import time
from contextlib import suppress

import pytest
import time_machine
from django.core.cache import cache

from accounts.franceconnect import availability, transport
from tests.accounts.franceconnect.conftest import LOGIN

NOW = "2026-12-01T10:00:00+01:00"
pytestmark = pytest.mark.django_db


@pytest.fixture
def dripping():
    """A server that sends the headers of its answer byte by byte, without end: no single read ever waits long."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip(connection):
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not over.wait(0.05):
                try:
                    connection.sendall(b"a")
                except OSError:
                    return

    def serve():
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v2"
    over.set()
    listener.close()


def test_headers_that_never_end_are_not_waited_for(visitor, settings, dripping, monkeypatch):
    monkeypatch.setattr(transport, "BUDGET", 0.6)
    settings.FRANCECONNECT_ISSUER = dripping
    began = time.monotonic()
    assert visitor.client.post(LOGIN).status_code == 424
    assert time.monotonic() - began < 3


def test_a_whole_return_has_one_budget(visitor, provider, monkeypatch):
    """Four slow answers, each within the limits of one, take no longer together than the budget."""
    address = visitor.choose(visitor.leave(), "claire")
    cache.clear()
    monkeypatch.setattr(transport, "BUDGET", 1.0)
    fetch, asked = transport.BoundedAdapter._fetch, []

    def slow(self, *args, **kwargs):
        asked.append(1)
        time.sleep(0.6)
        return fetch(self, *args, **kwargs)

    monkeypatch.setattr(transport.BoundedAdapter, "_fetch", slow)
    began = time.monotonic()
    assert visitor.arrive(address).status_code == 424
    assert time.monotonic() - began < 3
    assert len(asked) == 2


def test_a_slow_provider_holds_half_of_the_threads_at_most(visitor, settings, dripping, monkeypatch):
    """Others are told at once: the pages that have nothing to do with it still find a thread."""
    settings.FRANCECONNECT_ISSUER = dripping
    monkeypatch.setattr(transport, "TURN", 0.1)
    monkeypatch.setattr(transport, "BUDGET", 5.0)
    over = threading.Event()
    monkeypatch.setattr(transport.BoundedAdapter, "_fetch", lambda *args, **kwargs: over.wait(5))
    waiting = [
        threading.Thread(target=suppressed, args=(transport.get_json, dripping, "discovery"), daemon=True)
        for _ in range(transport.AT_ONCE)
    ]
    for thread in waiting:
        thread.start()
    while transport._room._value:
        time.sleep(0.01)
    began = time.monotonic()
    assert visitor.client.post(LOGIN).status_code == 424
    assert time.monotonic() - began < 2
    over.set()
    for thread in waiting:
        thread.join(6)
    assert transport._room._value == transport.AT_ONCE


def suppressed(act, *args):
    with suppress(Exception):
        act(*args)


@pytest.fixture
def down(settings, provider):
    settings.FRANCECONNECT_ISSUER = "http://localhost:1/api/v2"


def test_after_three_failures_the_button_gives_way_to_a_sentence(visitor, down, caplog):
    for _ in range(availability.FAILURES_ALLOWED):
        assert 'action="/franceconnect/connexion/"' in visitor.client.get("/connexion/").content.decode()
        visitor.client.post(LOGIN)
    page = visitor.client.get("/connexion/").content.decode()
    assert "FranceConnect ne répond pas en ce moment" in page
    assert 'action="/franceconnect/connexion/"' not in page
    assert visitor.client.post(LOGIN).status_code == 424
    assert "error=resting" in caplog.text


def test_the_button_comes_back_after_a_minute(visitor, down):
    with time_machine.travel(NOW) as clock:
        for _ in range(availability.FAILURES_ALLOWED):
            visitor.client.post(LOGIN)
        assert availability.is_resting()
        clock.shift(61)
        assert 'action="/franceconnect/connexion/"' in visitor.client.get("/connexion/").content.decode()


def test_somebody_who_comes_through_makes_the_failures_forgotten(visitor, settings, provider, known_claire):
    good = settings.FRANCECONNECT_ISSUER
    for issuer in ("http://localhost:1/api/v2",) * 2 + (good,) + ("http://localhost:1/api/v2",) * 2:
        settings.FRANCECONNECT_ISSUER = issuer
        if issuer == good:
            visitor.come_in("claire")
        else:
            visitor.client.post(LOGIN)
    assert not availability.is_resting()


@pytest.mark.parametrize("fault", ["userinfo-error", "jwks-down"])
def test_a_provider_half_of_which_answers_rests_too(visitors, provider, known_claire, fault):
    """Its discovery and its tokens work, nobody comes through: each return would be waited for, for ever."""
    provider.faults.add(fault)
    for _ in range(availability.FAILURES_ALLOWED):
        cache.delete(f"franceconnect:keys:{provider.issuer}/jwks")
        assert not availability.is_resting()
        assert visitors().come_in("claire").status_code == 424
    assert availability.is_resting()


def test_nobody_who_leaves_waits_for_a_provider_that_rests(visitor, provider, known_claire, monkeypatch):
    visitor.come_in("claire")
    cache.set(availability.RESTING, 1, 60)
    monkeypatch.setattr(transport.BoundedAdapter, "_fetch", lambda *args, **kwargs: pytest.fail("it was asked"))
    visitor.client.post("/deconnexion/")
    assert "Vous n'êtes plus connecté sur ce site" in visitor.client.get("/franceconnect/deconnexion/").text


def test_the_provider_is_read_anew_each_hour_however_often_it_is_used(visitor, provider):
    """An address of its own that changes is followed."""
    with time_machine.travel(NOW) as clock:
        visitor.leave()
        clock.shift(3500)
        visitor.leave()
        provider.faults.add("discovery-down")
        assert visitor.client.post(LOGIN).status_code == 302
        clock.shift(200)
        assert visitor.client.post(LOGIN).status_code == 424


def test_what_a_browser_brings_hides_the_button_for_nobody(visitor):
    for _ in range(2 * availability.FAILURES_ALLOWED):
        state = visitor.leave().split("state=")[1].split("&")[0]
        visitor.client.get("/franceconnect/retour/", {"state": state, "error": "server_error"})
    assert not availability.is_resting()


def test_a_network_that_leaves_again_and_again_has_to_wait(visitors):
    statuses = [visitors().client.post(LOGIN).status_code for _ in range(201)]
    assert statuses == [302] * 200 + [429]
