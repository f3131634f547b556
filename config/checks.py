"""Checks of the settings: run before every management command, and by ``config.wsgi`` before it serves.

A missing variable never comes so far: ``config.startup`` refuses it while the settings are read.
"""

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

from accounts.franceconnect.availability import enabled, may_be_called
from catalogue.sessions.deadline import UNITS

SHORTEST_SECRET = 32  # characters


@register("adm79")
def franceconnect_is_real_in_production(**kwargs: object) -> list[CheckMessage]:
    """Without DEBUG, FranceConnect is the State's over https: never a simulator on this machine."""
    if not enabled() or may_be_called(settings.FRANCECONNECT_ISSUER):
        return []
    return [Error("FRANCECONNECT_ISSUER doit être une adresse https qui n'est pas cette machine.", id="adm79.E001")]


@register("adm79")
def franceconnect_is_whole(**kwargs: object) -> list[CheckMessage]:
    """A client id without its secret would fail at the first login."""
    if bool(settings.FRANCECONNECT_CLIENT_ID) == bool(settings.FRANCECONNECT_CLIENT_SECRET):
        return []
    message = "FRANCECONNECT_CLIENT_ID et FRANCECONNECT_CLIENT_SECRET vont ensemble : il en manque un."
    return [Error(message, id="adm79.E002")]


@register("adm79")
def deadline_can_be_counted(**kwargs: object) -> list[CheckMessage]:
    """ENROLMENT_DEADLINE_UNIT is one of the two units that ``deadline`` counts in, the days not negative."""
    if settings.ENROLMENT_DEADLINE_UNIT in UNITS and settings.ENROLMENT_DEADLINE_DAYS >= 0:
        return []
    message = "ENROLMENT_DEADLINE_UNIT vaut « calendar » ou « working », ENROLMENT_DEADLINE_DAYS un nombre de jours."
    return [Error(message, id="adm79.E003")]


@register("adm79")
def mcf_clock_can_be_counted(**kwargs: object) -> list[CheckMessage]:
    """On Mon Compte Formation a request is created before it is validated, and both before the session."""
    if settings.MCF_REQUEST_WORKING_DAYS >= settings.MCF_VALIDATION_WORKING_DAYS >= 0:
        return []
    message = "MCF_REQUEST_WORKING_DAYS est au moins égal à MCF_VALIDATION_WORKING_DAYS, qui n'est pas négatif."
    return [Error(message, id="adm79.E006")]


@register("adm79", deploy=True)
def publisher_is_named(**kwargs: object) -> list[CheckMessage]:
    """« Mentions légales » says who publishes and who hosts: told before a deployment, never to visitors."""
    missing = [f"PUBLISHER_{fact.upper()}" for fact, value in settings.PUBLISHER.items() if not value]
    if not missing:
        return []
    message = f"« Mentions légales » est incomplète, il manque : {', '.join(missing)}."
    return [checks.Warning(message, hint="README, « Environment ».", id="adm79.W001")]


@register("adm79")
def keys_can_encrypt(**kwargs: object) -> list[CheckMessage]:
    """Each of ENCRYPTION_KEYS is a Fernet key: 32 bytes in URL-safe base64. The key itself is never shown."""
    try:
        for key in settings.ENCRYPTION_KEYS:
            Fernet(key)
    except ValueError:
        message = "ENCRYPTION_KEYS doit contenir des clés Fernet (32 octets en base64), séparées par des virgules."
        return [Error(message, id="adm79.E004")]
    return []


@register("adm79")
def pepper_is_long(**kwargs: object) -> list[CheckMessage]:
    """There are few social-security numbers: a short NIR_PEPPER would let their digests be guessed."""
    if settings.DEBUG or len(settings.NIR_PEPPER) >= SHORTEST_SECRET:
        return []
    return [Error(f"NIR_PEPPER doit avoir au moins {SHORTEST_SECRET} caractères.", id="adm79.E005")]
