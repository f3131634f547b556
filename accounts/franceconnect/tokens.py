"""What the provider signed, verified: the id_token and the userinfo.

Nothing of a token is believed before its signature holds under a published key, and nothing is missing from what
it must say: who signed it, for whom, when.
"""

import hmac
import time
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from accounts.franceconnect.errors import UnverifiedError
from accounts.franceconnect.provider import KEYS, Provider

LEEWAY = 30
"""Seconds by which two clocks may differ; FranceConnect's tokens live 60."""
OLDEST = 300
"""Seconds: a token is made for the exchange under way; an older ``iat`` is a replay."""
LEVELS = ("eidas1", "eidas2", "eidas3")
"""Levels of assurance of an identity, lowest first (eIDAS regulation: low, substantial, high)."""

type Claims = dict[str, Any]


def verify(token: str, provider: Provider, client_id: str, name: str) -> Claims:
    """The claims of a signed token for us. *name* begins the code of every UnverifiedError that it raises."""
    claims = _verify_signature(token, provider, name)
    now = time.time()
    requirements = {
        "issuer": claims.get("iss") == provider.issuer,
        "audience": _is_for(claims, client_id),
        "subject": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
        "issued": _between(claims.get("iat"), now - OLDEST, now + LEEWAY),
        "expired": _between(claims.get("exp"), now - LEEWAY, float("inf")),
        "not_yet": _between(claims.get("nbf", 0), 0, now + LEEWAY),
    }
    for requirement, holds in requirements.items():
        if not holds:
            raise UnverifiedError(f"{name}_{requirement}")
    return claims


def verify_id_token(token: str, provider: Provider, client_id: str, *, nonce: str, acr: str) -> Claims:
    """The claims of the id_token that answers *nonce*, at level *acr* at least. Raises UnverifiedError."""
    claims = verify(token, provider, client_id, "id_token")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise UnverifiedError("id_token_nonce")
    if not _is_at_least(claims.get("acr"), acr):
        raise UnverifiedError("id_token_acr")
    return claims


def verify_userinfo(token: str, provider: Provider, client_id: str, *, sub: str) -> Claims:
    """The claims of the userinfo of the very person of the id_token. Raises UnverifiedError."""
    claims = verify(token, provider, client_id, "userinfo")
    if claims["sub"] != sub:
        raise UnverifiedError("userinfo_other_sub")
    return claims


def _verify_signature(token: str, provider: Provider, name: str) -> Claims:
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UnverifiedError(f"{name}_unreadable") from error
    alg, kid = header.get("alg"), header.get("kid")
    if alg not in KEYS or not isinstance(kid, str):
        raise UnverifiedError(f"{name}_algorithm")
    try:
        return jwt.decode(token, provider.key(kid, alg), algorithms=[alg]).claims
    except (JoseError, ValueError) as error:
        raise UnverifiedError(f"{name}_signature") from error


def _is_for(claims: Claims, client_id: str) -> bool:
    audience = claims.get("aud")
    if audience == client_id:
        return bool(claims.get("azp", client_id) == client_id)
    return isinstance(audience, list) and client_id in audience and claims.get("azp") == client_id


def _between(value: object, lowest: float, highest: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value <= highest


def _is_at_least(level: object, asked: str) -> bool:
    if level not in LEVELS or asked not in LEVELS:
        return level == asked
    return LEVELS.index(str(level)) >= LEVELS.index(asked)
