"""The switches: everything a provider can get wrong, by name."""

TOKENS = ("id_token", "userinfo")

TOKEN_FAULTS = {
    "signature": "signature fausse",
    "alg-none": "sans signature (alg=none)",
    "hs256-public-key": "signé en HS256 avec la clé publique",
    "issuer": "émetteur faux (iss)",
    "audience": "destinataire faux (aud)",
    "expired": "périmé (exp)",
    "stale": "émis il y a une heure (iat)",
    "unknown-kid": "clé inconnue (kid)",
    "garbage": "n'est pas un jeton",
}
"""Faults that either token can have; switched on as « id_token-alg-none », « userinfo-expired »."""

OTHER_FAULTS = {
    "id_token-nonce": "id_token : nonce faux",
    "id_token-acr": "id_token : niveau trop bas (acr)",
    "id_token-no-acr": "id_token : sans niveau (acr)",
    "id_token-no-auth-time": "id_token : sans auth_time",
    "id_token-old-auth-time": "id_token : authentification ancienne (auth_time)",
    "userinfo-other-sub": "userinfo : le sub d'une autre personne",
    "userinfo-json": "userinfo : JSON sans signature",
    "userinfo-error": "userinfo : erreur 500",
    "userinfo-no-name": "userinfo : sans nom de naissance",
    "authorize-server-error": "authorize : server_error",
    "authorize-unavailable": "authorize : temporarily_unavailable",
    "authorize-invalid-scope": "authorize : invalid_scope",
    "token-hangs": "token : ne répond pas",
    "token-drips": "token : répond octet par octet, sans fin",
    "token-html": "token : répond une page HTML",
    "token-redirects": "token : redirige ailleurs",
    "token-huge": "token : répond sans fin",
    "discovery-down": "découverte : erreur 503",
    "discovery-html": "découverte : répond une page HTML",
    "discovery-other-issuer": "découverte : un autre émetteur",
    "jwks-down": "clés : erreur 503",
    "jwks-html": "clés : répond une page HTML",
    "logout-down": "déconnexion : erreur 503",
}

FAULTS = {
    **{f"{token}-{name}": f"{token} : {label}" for token in TOKENS for name, label in TOKEN_FAULTS.items()},
    **OTHER_FAULTS,
}
