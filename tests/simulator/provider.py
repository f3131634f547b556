"""What FranceConnect does with each request, without HTTP: authorize, token, userinfo, logout.

Faithful to FranceConnect v2: required parameters, PKCE, ``client_secret_post`` alone, a code of 30 s used once,
tokens of 60 s, signed userinfo, a ``sub`` of its own for each service.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from tests.simulator.faults import TOKENS
from tests.simulator.people import PEOPLE, Person
from tests.simulator.tokens import Signer

CODE_LIFETIME = 30
TOKEN_LIFETIME = 60
INTERACTION_LIFETIME = 600
SESSION_LIFETIME = 1800
LEVELS = ("eidas1", "eidas2", "eidas3")
SCOPES = {
    "given_name": ("given_name",),
    "family_name": ("family_name",),
    "preferred_username": ("preferred_username",),
    "birthdate": ("birthdate",),
    "gender": ("gender",),
    "birthplace": ("birthplace",),
    "birthcountry": ("birthcountry",),
    "email": ("email",),
    "birth": ("birthplace", "birthcountry", "birthdate"),
    "identite_pivot": ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"),
}
SHORTEST_NONCE = 22


class RefusalError(Exception):
    """An error answered as OAuth 2 prescribes."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


class BadClientError(Exception):
    """Client or return address unknown: told to the person, never sent back to a stranger's address."""


@dataclass(frozen=True)
class Client:
    """The one service that may use the simulator."""

    client_id: str = "adm79-demonstration"
    client_secret: str = "secret-de-demonstration"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()

    @classmethod
    def of_site(cls, *sites: str, **credentials: str) -> "Client":
        """The client of a site at these origins, with the site's own return addresses."""
        return cls(
            redirect_uris=tuple(f"{site}/franceconnect/retour/" for site in sites),
            post_logout_redirect_uris=tuple(f"{site}/franceconnect/deconnexion/retour/" for site in sites),
            **credentials,
        )


@dataclass(frozen=True)
class Request:
    """An accepted authorization request, waiting for the person's choice."""

    redirect_uri: str
    scopes: frozenset[str]
    state: str
    nonce: str
    acr: str
    prompt: frozenset[str]
    code_challenge: str
    at: float


@dataclass
class Grant:
    """What one person agreed to: first worth a code, then an access token."""

    request: Request
    person: str
    auth_time: int
    at: float
    used: bool = False
    access_token: str = ""
    token_at: float = 0.0


@dataclass
class Provider:
    """The provider's memory. Tests may change ``client``, ``people``, ``faults`` and ``signer`` at any time."""

    issuer: str
    client: Client = field(default_factory=Client)
    faults: set[str] = field(default_factory=set)
    signer: Signer = field(default_factory=Signer)

    def __post_init__(self) -> None:
        self.people: dict[str, Person] = {person.key: person for person in PEOPLE}
        self.generations: dict[str, int] = {}
        self.interactions: dict[str, Request] = {}
        self.grants: dict[str, Grant] = {}
        self.sessions: dict[str, tuple[str, float]] = {}

    # The person ----------------------------------------------------------------------------------

    def sub(self, key: str) -> str:
        """Pairwise identifier of a person for this client, stable until the civil status changes."""
        seed = f"{self.client.client_id}:{key}:{self.generations.get(key, 0)}"
        return hashlib.sha256(seed.encode()).hexdigest() + "v1"

    def change_civil_status(self, key: str, *, new_sub: bool = False, **changes: str) -> None:
        """The person *key* has another name, and another ``sub`` if *new_sub*."""
        self.people[key] = replace(self.people[key], **changes)
        if new_sub:
            self.generations[key] = self.generations.get(key, 0) + 1

    def remember(self, person: str) -> str:
        """A new session of the provider itself; the value of its cookie."""
        cookie = secrets.token_urlsafe(16)
        self.sessions[cookie] = (person, time.time())
        return cookie

    def remembered(self, cookie: str, prompt: frozenset[str] = frozenset()) -> tuple[str, int] | None:
        """The person of this session and when they proved it; nobody when *prompt* asks to see them again."""
        person, since = self.sessions.get(cookie, ("", 0.0))
        fresh = time.time() - since < SESSION_LIFETIME
        return (person, int(since)) if person in self.people and fresh and not prompt else None

    # Discovery -----------------------------------------------------------------------------------

    def metadata(self) -> dict[str, object]:
        """The discovery document."""
        return {
            "issuer": f"{self.issuer}/autre" if "discovery-other-issuer" in self.faults else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid", *SCOPES],
            "acr_values_supported": list(LEVELS),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "acr", *SCOPES],
        }

    # Authorization -------------------------------------------------------------------------------

    def receive(self, query: Mapping[str, str]) -> str:
        """Check an authorization request; the id of the interaction that it opens.

        Raises BadClientError, or RefusalError for what goes back to the service.
        """
        if query.get("client_id") != self.client.client_id:
            raise BadClientError("client_id inconnu")
        if query.get("redirect_uri") not in self.client.redirect_uris:
            raise BadClientError("redirect_uri non déclarée")
        self._break_authorization()
        request = self._read(query)
        interaction = secrets.token_urlsafe(16)
        self.interactions[interaction] = request
        return interaction

    def _break_authorization(self) -> None:
        for fault, error in (
            ("authorize-server-error", "server_error"),
            ("authorize-unavailable", "temporarily_unavailable"),
            ("authorize-invalid-scope", "invalid_scope"),
        ):
            if fault in self.faults:
                raise RefusalError(error, "panne demandée")

    def _read(self, query: Mapping[str, str]) -> Request:
        scopes = frozenset(query.get("scope", "").split())
        prompt = frozenset(query.get("prompt", "").split())
        requirements = (
            (query.get("response_type") == "code", "unsupported_response_type", "response_type doit valoir code"),
            ("openid" in scopes, "invalid_scope", "scope doit contenir openid"),
            (scopes <= {"openid", *SCOPES}, "invalid_scope", "scope inconnu"),
            (bool(query.get("state")), "invalid_request", "state manque"),
            (len(query.get("nonce", "")) >= SHORTEST_NONCE, "invalid_request", "nonce trop court"),
            (query.get("acr_values") in LEVELS, "invalid_request", "acr_values inconnu"),
            (prompt <= {"login", "consent"}, "invalid_request", "prompt : login ou consent"),
            (
                query.get("code_challenge_method", "S256") == "S256",
                "invalid_request",
                "code_challenge_method doit valoir S256",
            ),
        )
        for holds, error, description in requirements:
            if not holds:
                raise RefusalError(error, description)
        return Request(
            redirect_uri=query["redirect_uri"],
            scopes=scopes,
            state=query["state"],
            nonce=query["nonce"],
            acr=query["acr_values"],
            prompt=prompt,
            code_challenge=query.get("code_challenge", ""),
            at=time.time(),
        )

    def interaction(self, interaction_id: str) -> Request:
        """The request behind a choice page. Raises BadClientError when it is over."""
        request = self.interactions.get(interaction_id)
        if request is None or time.time() - request.at > INTERACTION_LIFETIME:
            raise BadClientError("demande inconnue ou périmée")
        return request

    def grant(self, interaction_id: str, person: str, auth_time: int | None = None) -> str:
        """The address back to the service, with the code of *person*, who proved it at *auth_time* (now)."""
        request = self.interaction(interaction_id)
        if person not in self.people:
            raise BadClientError("personne inconnue")
        del self.interactions[interaction_id]
        code = secrets.token_urlsafe(32)
        self.grants[code] = Grant(request, person, auth_time or int(time.time()), time.time())
        return self._back(request.redirect_uri, {"code": code, "state": request.state, "iss": self.issuer})

    def deny(self, interaction_id: str) -> str:
        """The address back to the service when the person refuses."""
        request = self.interaction(interaction_id)
        del self.interactions[interaction_id]
        return self.error_back(
            {"redirect_uri": request.redirect_uri, "state": request.state},
            RefusalError("access_denied", "refus de la personne"),
        )

    def error_back(self, query: Mapping[str, str], refusal: RefusalError) -> str:
        """The address back to the service with an error."""
        answer = {"error": refusal.error, "error_description": refusal.description, "state": query.get("state", "")}
        return self._back(query["redirect_uri"], answer | {"iss": self.issuer})

    @staticmethod
    def _back(address: str, answer: Mapping[str, str]) -> str:
        return f"{address}?{urlencode(answer)}"

    # Tokens --------------------------------------------------------------------------------------

    def token(self, form: Mapping[str, str], authorization: str = "") -> dict[str, object]:
        """Exchange a code. Raises RefusalError."""
        known = (
            form.get("client_id") == self.client.client_id and form.get("client_secret") == self.client.client_secret
        )
        if authorization or not known:
            raise RefusalError("invalid_client", "client_secret_post attendu", status=401)
        if form.get("grant_type") != "authorization_code":
            raise RefusalError("unsupported_grant_type")
        grant = self.grants.get(form.get("code", ""))
        if grant is None or grant.used or time.time() - grant.at > CODE_LIFETIME:
            if grant:
                grant.access_token = ""  # a code used twice may have been stolen: its token dies (RFC 6749, 4.1.2)
            raise RefusalError("invalid_grant", "code inconnu, périmé ou déjà utilisé")
        grant.used = True
        if form.get("redirect_uri") != grant.request.redirect_uri or not self._proves(grant, form):
            raise RefusalError("invalid_grant", "redirect_uri ou code_verifier")
        grant.access_token, grant.token_at = secrets.token_urlsafe(32), time.time()
        return {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME,
            "scope": " ".join(sorted(grant.request.scopes)),
            "id_token": self._id_token(grant),
        }

    @staticmethod
    def _proves(grant: Grant, form: Mapping[str, str]) -> bool:
        if not grant.request.code_challenge:
            return "code_verifier" not in form
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == grant.request.code_challenge

    def _faults_of(self, token: str) -> frozenset[str]:
        return frozenset(fault.removeprefix(f"{token}-") for fault in self.faults if fault.startswith(f"{token}-"))

    def _envelope(self, token: str) -> dict[str, object]:
        """The claims that both tokens have, spoilt as asked."""
        assert token in TOKENS
        faults, now = self._faults_of(token), int(time.time())
        issued = now - 3600 if "stale" in faults else now
        return {
            "iss": "https://usurpateur.invalid/api/v2" if "issuer" in faults else self.issuer,
            "aud": "un-autre-service" if "audience" in faults else self.client.client_id,
            "iat": issued,
            "exp": now - 3600 if "expired" in faults else now + TOKEN_LIFETIME,
        }

    def _id_token(self, grant: Grant) -> str:
        faults = self._faults_of("id_token")
        claims = self._envelope("id_token") | {
            "sub": self.sub(grant.person),
            "nonce": "un-autre-nonce" if "nonce" in faults else grant.request.nonce,
            "acr": "eidas0" if "acr" in faults else grant.request.acr,
            "auth_time": grant.auth_time - 3600 if "old-auth-time" in faults else grant.auth_time,
            "amr": ["fc"],
        }
        if "no-acr" in faults:
            del claims["acr"]
        if "no-auth-time" in faults:
            del claims["auth_time"]
        return self.signer.sign(claims, faults)

    def userinfo(self, access_token: str) -> tuple[str, str]:
        """Content type and body of the person's claims. Raises RefusalError."""
        found = [grant for grant in self.grants.values() if access_token and grant.access_token == access_token]
        if not found or time.time() - found[0].token_at > TOKEN_LIFETIME:
            raise RefusalError("invalid_token", status=401)
        if "userinfo-error" in self.faults:
            raise RefusalError("server_error", status=500)
        grant, faults = found[0], self._faults_of("userinfo")
        allowed = {name for scope in grant.request.scopes for name in SCOPES.get(scope, ())}
        claims = {name: value for name, value in self.people[grant.person].claims().items() if name in allowed}
        if "no-name" in faults:
            del claims["family_name"]
        sub = self.sub("une-autre-personne" if "other-sub" in faults else grant.person)
        if "json" in faults:
            return "application/json", json.dumps({"sub": sub, **claims})
        return "application/jwt", self.signer.sign(self._envelope("userinfo") | {"sub": sub} | claims, faults)

    # Logout --------------------------------------------------------------------------------------

    def end_session(self, query: Mapping[str, str], cookie: str) -> str:
        """Forget the provider's session; the address back to the service. Raises BadClientError."""
        if not self.signer.is_ours(query.get("id_token_hint", "")):
            raise BadClientError("id_token_hint manque ou n'est pas de nous")
        if query.get("post_logout_redirect_uri") not in self.client.post_logout_redirect_uris:
            raise BadClientError("post_logout_redirect_uri non déclarée")
        self.sessions.pop(cookie, None)
        state = {"state": query["state"]} if query.get("state") else {}
        return self._back(query["post_logout_redirect_uri"], state) if state else query["post_logout_redirect_uri"]
