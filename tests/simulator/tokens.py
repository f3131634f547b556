"""The simulator's keys and what it signs with them, rightly or wrongly."""

import base64
import hmac
import json
import secrets
from collections.abc import Set as AbstractSet
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey


def _b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Signer:
    """Two published keys, ES256 (FranceConnect's default) and RS256; ``algorithm`` says which one signs."""

    def __init__(self) -> None:
        self.algorithm = "ES256"
        self.rotate()

    @classmethod
    def with_keys(cls, keys: dict[str, ECKey | RSAKey]) -> Self:
        """A signer with keys made before: an RSA key takes its time."""
        signer = cls.__new__(cls)
        signer.algorithm, signer.keys = "ES256", dict(keys)
        return signer

    def rotate(self) -> None:
        """New keys under new names; the old ones are no longer published."""
        self.keys: dict[str, ECKey | RSAKey] = {
            "ES256": ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": f"es-{secrets.token_hex(4)}"}),
            "RS256": RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": f"rs-{secrets.token_hex(4)}"}),
        }

    @property
    def key(self) -> ECKey | RSAKey:
        """The key that signs."""
        return self.keys[self.algorithm]

    def jwks(self) -> dict[str, Any]:
        """The published half of the keys."""
        return dict(KeySet(list(self.keys.values())).as_dict(private=False))

    def sign(self, claims: dict[str, Any], faults: AbstractSet[str] = frozenset()) -> str:
        """*claims* as a signed token, spoilt as *faults* (names of ``TOKEN_FAULTS``) say."""
        header = {"alg": self.algorithm, "kid": str(self.key.kid)}
        if "garbage" in faults:
            return "ceci.nest.pas-un-jeton"
        if "alg-none" in faults:
            return f"{_b64(json.dumps({**header, 'alg': 'none'}).encode())}.{_b64(json.dumps(claims).encode())}."
        if "hs256-public-key" in faults:
            return self._sign_with_public_key({**header, "alg": "HS256"}, claims)
        if "unknown-kid" in faults:
            header["kid"] = "jamais-publiee"
        key = self._stranger() if "signature" in faults else self.key
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])

    def _sign_with_public_key(self, header: dict[str, str], claims: dict[str, Any]) -> str:
        """The classic confusion: the public key, which everybody has, taken for a shared secret."""
        signed = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
        digest = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{_b64(digest)}"

    def _stranger(self) -> ECKey | RSAKey:
        return ECKey.generate_key("P-256") if self.algorithm == "ES256" else RSAKey.generate_key(2048)

    def is_ours(self, token: str) -> bool:
        """Whether *token*, even expired, was signed by a published key (``id_token_hint``)."""
        try:
            jwt.decode(token, KeySet(list(self.keys.values())), algorithms=list(self.keys))
        except Exception:  # noqa: BLE001 - whatever is wrong with a stranger's text, it is not our token
            return False
        return True
