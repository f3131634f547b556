"""The real views against the simulator: only the browser's clicks are played by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import FranceConnectIdentity, User
from tests.factories import UserFactory
from tests.simulator.provider import Client as RegisteredClient
from tests.simulator.provider import Provider
from tests.simulator.server import Simulator, running
from tests.simulator.tokens import Signer

LOGIN = "/franceconnect/connexion/"
CALLBACK = "/franceconnect/retour/"
LINK = "/franceconnect/lier/"
RIGHTS = "/mes-droits/"
DOSSIER = "3f0c2d1e-5b7a-4c1d-9e8f-0a1b2c3d4e5f"


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    """The simulator in a thread, once for the whole run."""
    with running() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def signer() -> Signer:
    """Keys made once: an RSA key takes its time."""
    return Signer()


@pytest.fixture
def provider(server: Simulator, signer: Signer, settings) -> Iterator[Provider]:
    """A provider that remembers nothing of the other tests, and the site set up for it."""
    client = RegisteredClient.of_site("http://testserver", "http://localhost")
    server.provider = Provider(server.provider.issuer, client, signer=Signer.with_keys(signer.keys))
    settings.DEBUG = True  # without it, a provider on this machine is refused
    settings.FRANCECONNECT_ISSUER = server.provider.issuer
    settings.FRANCECONNECT_CLIENT_ID = client.client_id
    settings.FRANCECONNECT_CLIENT_SECRET = client.client_secret
    cache.clear()
    yield server.provider
    cache.clear()


@dataclass
class Visitor:
    """A person at a browser: Django's client for our pages, a session of requests for the provider's."""

    client: Client = field(default_factory=Client)
    outside: requests.Session = field(default_factory=requests.Session)

    def leave(self, **wishes: str) -> str:
        """Press the button; the address of the provider that the browser is sent to."""
        response = self.client.post(LOGIN, wishes)
        assert response.status_code == 302, response.status_code
        return response["Location"]

    def choose(self, address: str, person: str) -> str:
        """Go to the provider and be *person* (empty: refuse); the address back to us."""
        response = self.outside.get(address, allow_redirects=False)
        if "/interaction" in response.headers["Location"]:
            page = self._absolute(address, response.headers["Location"])
            response = self.outside.post(page, {"person": person}, allow_redirects=False)
        return response.headers["Location"]

    def arrive(self, address: str) -> HttpResponse:
        """Come back to us."""
        return self.client.get(self.ours(address))

    def come_in(self, person: str, **wishes: str) -> HttpResponse:
        """The whole way, as *person*; our answer at the end of it."""
        return self.arrive(self.choose(self.leave(**wishes), person))

    @property
    def user_id(self) -> str | None:
        """Who is logged in here."""
        return self.client.session.get("_auth_user_id")

    @staticmethod
    def ours(address: str) -> str:
        """Path and query of an address of ours."""
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"

    @staticmethod
    def _absolute(base: str, location: str) -> str:
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}{location}"


@pytest.fixture
def visitors(provider: Provider) -> Iterator[Callable[[], Visitor]]:
    """A function that gives one more browser."""
    opened: list[Visitor] = []

    def visitor() -> Visitor:
        opened.append(Visitor())
        return opened[-1]

    yield visitor
    for each in opened:
        each.outside.close()


@pytest.fixture
def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    """A browser with nobody logged in."""
    return visitors()


@pytest.fixture
def claire(db: None, provider: Provider) -> User:
    """Claire's account, opened with a password before FranceConnect: what she typed, her own number."""
    person = provider.people["claire"]
    return UserFactory(nir=person.nir, birth_name="Dubois", first_names="Claire", sex="F", birth_date=None)


def known(user: User, provider: Provider, person: str = "claire") -> User:
    """Link *user* to *person* as if they had come in before."""
    FranceConnectIdentity.objects.create(user=user, issuer=provider.issuer, sub=provider.sub(person))
    return user


@pytest.fixture
def known_claire(claire: User, provider: Provider) -> User:
    """Claire's account, already linked to her FranceConnect identity."""
    return known(claire, provider)


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
