"""The provider as it describes itself: its addresses (discovery) and its keys, kept for a while."""

from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from accounts.franceconnect import transport
from accounts.franceconnect.availability import may_be_called
from accounts.franceconnect.errors import UnavailableError, UnverifiedError

DISCOVERY_LIFETIME = 3600
KEYS_LIFETIME = 24 * 3600
"""Seconds; an unknown key is looked for at once anyway."""
ADDRESSES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")

SigningKey = ECKey | RSAKey
KEYS: dict[str, type[ECKey] | type[RSAKey]] = {"ES256": ECKey, "RS256": RSAKey}
"""The kind of key for each algorithm accepted."""


@dataclass(frozen=True)
class Provider:
    """The addresses of the provider; ``issuer`` is as it writes it itself, to be found again in its tokens."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str

    @classmethod
    def discover(cls, *, afresh: bool = False) -> Self:
        """Read the discovery document, or remember it. Raises UnavailableError."""
        issuer = _configured_issuer()
        key = f"franceconnect:discovery:{issuer}"
        document = None if afresh else cache.get(key)
        if document is None:
            document = transport.get_json(f"{issuer}/.well-known/openid-configuration", "discovery")
            cls._read(document, issuer)  # what cannot serve is not remembered
            cache.set(key, document, DISCOVERY_LIFETIME)
        return cls._read(document, issuer)

    @classmethod
    def _read(cls, document: dict[str, Any], issuer: str) -> Self:
        """Take the addresses in, each one fit to be called. A final slash is the only liberty with the issuer."""
        if str(document.get("issuer")).rstrip("/") != issuer:
            raise UnavailableError("discovery_other_issuer")
        for name in ADDRESSES:
            if not may_be_called(document.get(name)):
                raise UnavailableError(f"discovery_{name}")
        end_session = document.get("end_session_endpoint", "")
        return cls(
            issuer=document["issuer"],
            end_session_endpoint=end_session if may_be_called(end_session) else "",
            **{name: document[name] for name in ADDRESSES},
        )

    def key(self, kid: str, alg: str) -> SigningKey:
        """The published key *kid*; the keys are fetched again, once, when it is not among those remembered.

        Raises UnverifiedError when it is not published or not made for *alg*, UnavailableError.
        """
        cache_key = f"franceconnect:keys:{self.jwks_uri}"
        remembered = cache.get(cache_key)
        found = _find(remembered or {}, kid)
        if found is None:
            fresh = transport.get_json(self.jwks_uri, "keys")
            cache.set(cache_key, fresh, KEYS_LIFETIME)
            found = _find(fresh, kid)
        if found is None:
            raise UnverifiedError("unknown_kid")
        return _import(found, alg)


def _configured_issuer() -> str:
    """The issuer of the settings, without a final slash. Raises UnavailableError."""
    issuer = str(settings.FRANCECONNECT_ISSUER).rstrip("/")
    if not may_be_called(issuer):
        raise UnavailableError("issuer_not_allowed")
    return issuer


def _find(key_set: dict[str, Any], kid: str) -> dict[str, Any] | None:
    keys = key_set.get("keys")
    candidates = keys if isinstance(keys, list) else []
    return next((key for key in candidates if isinstance(key, dict) and key.get("kid") == kid), None)


def _import(jwk: dict[str, Any], alg: str) -> SigningKey:
    """The key, if it is a public key that signs with *alg*: never the secret of an HMAC, never one for encryption."""
    try:
        key: object = JWKRegistry.import_key(jwk)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise UnverifiedError("unreadable_key") from error
    if not isinstance(key, KEYS[alg]) or jwk.get("use", "sig") != "sig" or jwk.get("alg", alg) != alg:
        raise UnverifiedError("key_of_another_kind")
    return key
