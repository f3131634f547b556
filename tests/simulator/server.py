"""The simulator's HTTP side, on the loopback interface and nowhere else."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.simulator import pages
from tests.simulator.faults import FAULTS
from tests.simulator.provider import BadClientError, Client, Provider, RefusalError

LOOPBACK = "127.0.0.1"
BASE = "/api/v2"
COOKIE = "simulator_session"
HTML = "text/html; charset=utf-8"
LONGEST_HANG = 60  # seconds, for a caller without a time limit of its own


class Simulator(ThreadingHTTPServer):
    """A provider that listens on 127.0.0.1; *port* 0 takes a free one."""

    daemon_threads = True
    # A browser keeps connections open: they must not hold the end of the simulator back.
    block_on_close = False

    def __init__(self, port: int, client: Client, faults: set[str] | None = None) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.stopping = threading.Event()
        self.provider = Provider(
            issuer=f"http://localhost:{self.server_port}{BASE}", client=client, faults=faults or set()
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up on a fault it was given is no news."""


class Handler(BaseHTTPRequestHandler):
    """One request; each route is a method."""

    server: Simulator
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *args: Any) -> None:
        """Nothing: addresses hold codes and tokens."""

    # Routing -------------------------------------------------------------------------------------

    def do_GET(self) -> None:
        self._route(
            {
                f"{BASE}/.well-known/openid-configuration": self._discovery,
                f"{BASE}/jwks": self._jwks,
                f"{BASE}/authorize": self._authorize,
                f"{BASE}/interaction": self._choose,
                f"{BASE}/userinfo": self._userinfo,
                f"{BASE}/session/end": self._end_session,
                "/": self._home,
                "/simulateur/": self._switches,
            }
        )

    def do_POST(self) -> None:
        self._route({f"{BASE}/token": self._token, f"{BASE}/interaction": self._chosen, "/simulateur/": self._switch})

    def _route(self, routes: dict[str, Callable[[], None]]) -> None:
        address = urlsplit(self.path)
        self.query = dict(parse_qsl(address.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.fields = parse_qsl(body, keep_blank_values=True)
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {"localhost", LOOPBACK}:
            return self._send(421, pages.error("Le simulateur ne répond qu'à cette machine."))
        try:
            routes.get(address.path, self._not_found)()
        except BadClientError as error:
            self._send(400, pages.error(str(error)))
        except RefusalError as refusal:
            self._json({"error": refusal.error, "error_description": refusal.description}, refusal.status)

    def _not_found(self) -> None:
        self._send(404, pages.error("Cette page n'existe pas."))

    @property
    def provider(self) -> Provider:
        return self.server.provider

    def _broken(self, *names: str) -> bool:
        return bool(self.provider.faults.intersection(names))

    # Answers -------------------------------------------------------------------------------------

    def _send(
        self, status: int, body: str = "", content_type: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _json(self, value: object, status: int = 200) -> None:
        self._send(status, json.dumps(value), "application/json")

    def _redirect(self, address: str, **headers: str) -> None:
        self._send(303, Location=address, **headers)

    def _cookie(self) -> str:
        morsel = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        return morsel.value if morsel else ""

    # The provider's pages ------------------------------------------------------------------------

    def _discovery(self) -> None:
        if self._broken("discovery-down"):
            return self._send(503, pages.error("Panne demandée"))
        if self._broken("discovery-html"):
            return self._send(200, pages.error("Panne demandée"))
        return self._json(self.provider.metadata())

    def _jwks(self) -> None:
        if self._broken("jwks-down"):
            return self._send(503, pages.error("Panne demandée"))
        if self._broken("jwks-html"):
            return self._send(200, pages.error("Panne demandée"))
        return self._json(self.provider.signer.jwks())

    def _authorize(self) -> None:
        try:
            interaction = self.provider.receive(self.query)
        except RefusalError as refusal:
            return self._redirect(self.provider.error_back(self.query, refusal))
        known = self.provider.remembered(self._cookie(), self.provider.interaction(interaction).prompt)
        if known:
            return self._redirect(self.provider.grant(interaction, *known))
        return self._redirect(f"{BASE}/interaction?id={interaction}")

    def _choose(self) -> None:
        self.provider.interaction(self.query.get("id", ""))
        self._send(200, pages.choice(self.path, self.provider.people.values()))

    def _chosen(self) -> None:
        interaction, person = self.query.get("id", ""), dict(self.fields).get("person", "")
        if not person:
            return self._redirect(self.provider.deny(interaction))
        back = self.provider.grant(interaction, person)
        cookie = f"{COOKIE}={self.provider.remember(person)}; Path={BASE}; HttpOnly; SameSite=Lax"
        return self._redirect(back, Set_Cookie=cookie)

    def _token(self) -> None:
        if self._broken("token-hangs"):
            self.server.stopping.wait(LONGEST_HANG)
        if self._broken("token-drips", "token-huge"):
            return self._flow()
        if self._broken("token-html"):
            return self._send(200, pages.error("Panne demandée"))
        if self._broken("token-redirects"):
            return self._redirect(f"http://localhost:{self.server.server_port}/ailleurs")
        return self._json(self.provider.token(dict(self.fields), self.headers.get("Authorization", "")))

    def _flow(self) -> None:
        """Answer for ever: a byte now and then, or as much as the wire takes."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        pause, piece = (0.05, b" ") if self._broken("token-drips") else (0.0, b" " * 65536)
        while not self.server.stopping.wait(pause):
            self.wfile.write(piece)

    def _userinfo(self) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        content_type, body = self.provider.userinfo(token if scheme == "Bearer" else "")
        self._send(200, body, content_type)

    def _end_session(self) -> None:
        if self._broken("logout-down"):
            return self._send(503, pages.error("Panne demandée"))
        back = self.provider.end_session(self.query, self._cookie())
        return self._redirect(back, Set_Cookie=f"{COOKIE}=; Path={BASE}; Max-Age=0")

    # The switches --------------------------------------------------------------------------------

    def _home(self) -> None:
        self._send(200, pages.home(self.provider.people.values()))

    def _switches(self) -> None:
        self._send(200, pages.switches(self.provider.faults, self.provider.signer.algorithm))

    def _switch(self) -> None:
        self.provider.faults.clear()
        self.provider.faults.update(value for name, value in self.fields if name == "fault" and value in FAULTS)
        fields = dict(self.fields)
        if fields.get("algorithm") in self.provider.signer.keys:
            self.provider.signer.algorithm = fields["algorithm"]
        if "rotate" in fields:
            self.provider.signer.rotate()
        self._redirect("/simulateur/")


@contextmanager
def running(port: int = 0, client: Client | None = None) -> Iterator[Simulator]:
    """A simulator in a thread of this process, for tests."""
    simulator = Simulator(port, client or Client())
    thread = threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield simulator
    finally:
        simulator.stopping.set()
        simulator.shutdown()
        simulator.server_close()
        thread.join()
