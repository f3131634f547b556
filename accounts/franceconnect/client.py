"""The site as FranceConnect's client: the address to go to, and who came back."""

import re
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse

from accounts.franceconnect import availability, tokens, transport
from accounts.franceconnect.attempts import Attempt
from accounts.franceconnect.errors import UnavailableError, UnverifiedError
from accounts.franceconnect.provider import Provider
from accounts.identity.certified import BIRTHDATE, CertifiedIdentity
from core.text import clean, line

SCOPE = "openid given_name family_name preferred_username birthdate gender birthplace birthcountry email"
SEXES = {"female": "F", "male": "M"}
PLACE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
"""A commune or a country, by its code (COG)."""
LONGEST_SUB = 255
"""Characters (OpenID Connect Core, section 2)."""
JWT = "application/jwt"
REFUSED_CODES = {"invalid_grant"}
"""Errors of the token endpoint about the code: stale, used, or somebody else's."""


@dataclass(frozen=True)
class Authentication:
    """Who came back, when they proved it (epoch seconds), and the token that ends their session over there."""

    identity: CertifiedIdentity
    proved_at: int
    id_token: str


def authorization_url(request: HttpRequest, state: str, attempt: Attempt) -> str:
    """Where to send the browser. Raises UnavailableError."""
    provider = Provider.discover()
    parameters = {"nonce": attempt.nonce, "acr_values": settings.FRANCECONNECT_ACR}
    if attempt.purpose.wants_fresh_login:
        parameters["prompt"] = "login"
    with _session(request) as session:
        url, _ = session.create_authorization_url(
            provider.authorization_endpoint, state=state, code_verifier=attempt.verifier, **parameters
        )
    return str(url)


def authenticate(request: HttpRequest, code: str, attempt: Attempt) -> Authentication:
    """Exchange the code and verify all that comes back. Raises UnavailableError, UnverifiedError."""
    provider = Provider.discover()
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: an answer of another provider
        raise UnverifiedError("callback_issuer")
    with _session(request) as session:
        granted = _exchange(session, provider, code, attempt.verifier)
        id_token = tokens.verify_id_token(
            granted["id_token"],
            provider,
            settings.FRANCECONNECT_CLIENT_ID,
            nonce=attempt.nonce,
            acr=settings.FRANCECONNECT_ACR,
        )
        signed = _userinfo(session, provider)
    availability.note_success()
    claims = tokens.verify_userinfo(signed, provider, settings.FRANCECONNECT_CLIENT_ID, sub=id_token["sub"])
    return Authentication(
        identity=_identity(provider.issuer, claims),
        proved_at=_moment(id_token),
        id_token=granted["id_token"],
    )


def end_session_url(request: HttpRequest, id_token: str, state: str) -> str:
    """Where to send the browser to be logged out over there too.

    Asks the provider first, so that nobody is sent to a server that does not answer. Raises UnavailableError.
    """
    provider = Provider.discover(afresh=True)
    if not provider.end_session_endpoint:
        raise UnavailableError("no_end_session_endpoint")
    back = our_url(request, "franceconnect:logout-return")
    parameters = {"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": back}
    return str(add_params_to_uri(provider.end_session_endpoint, list(parameters.items())))


def our_url(request: HttpRequest, name: str) -> str:
    """An address of ours as registered with FranceConnect: below SITE_URL.

    In DEBUG below the address that the browser used: a demo is called localhost as well as 127.0.0.1, and a
    session cookie set under one name is not sent to the other.
    """
    path = reverse(name)
    return request.build_absolute_uri(path) if settings.DEBUG else f"{settings.SITE_URL}{path}"


def _session(request: HttpRequest) -> OAuth2Session:
    return transport.session(
        client_id=settings.FRANCECONNECT_CLIENT_ID,
        client_secret=settings.FRANCECONNECT_CLIENT_SECRET,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        code_challenge_method="S256",
        scope=SCOPE,
        redirect_uri=our_url(request, "franceconnect:callback"),
    )


def _exchange(session: OAuth2Session, provider: Provider, code: str, verifier: str) -> dict[str, Any]:
    try:
        granted = session.fetch_token(provider.token_endpoint, code=code, code_verifier=verifier)
    except AuthlibBaseError as error:
        if error.error in REFUSED_CODES:
            raise UnverifiedError("code_refused") from error
        raise UnavailableError("token_refused") from error
    except (requests.RequestException, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UnavailableError("token_unreadable") from error
    if not all(isinstance(granted.get(name), str) for name in ("access_token", "id_token")):
        raise UnverifiedError("token_missing")
    return dict(granted)


def _userinfo(session: OAuth2Session, provider: Provider) -> str:
    """The signed userinfo. A plain JSON answer, which anybody could have written, is refused."""
    try:
        response = session.get(provider.userinfo_endpoint, headers={"Accept": JWT})
        response.raise_for_status()
    except (requests.RequestException, AuthlibBaseError) as error:
        raise UnavailableError("userinfo_unreadable") from error
    if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JWT:
        raise UnverifiedError("userinfo_not_signed")
    return str(response.text).strip()


def _moment(id_token: tokens.Claims) -> int:
    """When the person proved who they are; when the token was made, if the provider does not say."""
    told = id_token.get("auth_time")
    return int(told) if isinstance(told, int | float) else int(id_token["iat"])


def _identity(issuer: str, claims: tokens.Claims) -> CertifiedIdentity:
    """The identity that the claims tell, each judged here: what has not its form is as if untold.

    Some people have no birth name or no first name. Raises UnverifiedError when there is neither, or no usable ``sub``.
    """
    told = {name: line(value) for name, value in claims.items() if isinstance(value, str)}
    sub = claims["sub"]
    if clean(sub) != sub or len(sub) > LONGEST_SUB:
        raise UnverifiedError("userinfo_subject")
    if not told.get("family_name") and not told.get("given_name"):
        raise UnverifiedError("userinfo_without_name")
    return CertifiedIdentity(
        issuer=issuer,
        sub=sub,
        birth_name=told.get("family_name", "")[:100].strip(),
        first_names=told.get("given_name", "")[:150].strip(),
        usual_name=told.get("preferred_username", "")[:100].strip(),
        birthdate=_of_form(BIRTHDATE, told.get("birthdate", "")),
        sex=SEXES.get(told.get("gender", ""), ""),
        birthplace=_of_form(PLACE, told.get("birthplace", "")),
        birth_country=_of_form(PLACE, told.get("birthcountry", "")),
        email=_email(told.get("email", "")),
    )


def _of_form(form: re.Pattern[str], value: str) -> str:
    return value if form.fullmatch(value) else ""


def _email(value: str) -> str:
    """An address to propose; empty when it would be refused."""
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value
