"""Checks of the settings, run at every start of a management command and by ``check --deploy``."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@register()
def franceconnect_is_real_in_production(**kwargs: object) -> list[CheckMessage]:
    """Without DEBUG, FranceConnect is the State's over https: never a simulator on this machine."""
    if settings.DEBUG or not settings.FRANCECONNECT_CLIENT_ID:
        return []
    issuer = urlsplit(settings.FRANCECONNECT_ISSUER)
    if issuer.scheme == "https" and issuer.hostname not in LOOPBACK:
        return []
    return [Error("FRANCECONNECT_ISSUER doit être une adresse https qui n'est pas cette machine.", id="adm79.E001")]


@register()
def deadline_unit_is_known(**kwargs: object) -> list[CheckMessage]:
    """ENROLMENT_DEADLINE_UNIT is one of the two units that ``catalogue.deadline`` counts in."""
    if settings.ENROLMENT_DEADLINE_UNIT in {"calendar", "working"}:
        return []
    return [Error("ENROLMENT_DEADLINE_UNIT doit valoir « calendar » ou « working ».", id="adm79.E002")]
