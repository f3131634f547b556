"""Coming in and going out: the one place where a browser becomes somebody's, and stops being so."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity import nir as nir_rules
from accounts.login import browsers, devices
from accounts.models import User
from accounts.requests import Method as Method  # noqa: PLC0414  the account creation takes it from here
from core import throttling

BACKENDS = {
    "password": "accounts.login.backends.NirBackend",
    "franceconnect": "django.contrib.auth.backends.ModelBackend",
}
ID_TOKEN = "franceconnect_id_token"  # noqa: S105  the name of a session key
"""Session key of what ends the session at FranceConnect's, for who came in that way (``franceconnect:logout``)."""


def log_in(request: HttpRequest, user: User, *, method: Method, remember: bool = False) -> None:
    """Make this browser *user*'s, under a new session key, and stamp how and when in the session.

    Without *remember* the session ends with the browser, or after half an hour left alone.
    """
    login(request, user, backend=BACKENDS[method])
    request.session["method"] = method
    request.session["authenticated_at"] = int(timezone.now().timestamp())
    request.session["remembered"] = remember
    request.session.set_expiry(browsers.REMEMBERED_FOR if remember else 0)
    browsers.register(request, user, method=method, remembered=remember)
    devices.remember(request, user)
    if user.unused_warned_at:
        User.objects.filter(pk=user.pk).update(unused_warned_at=None)


def log_out(request: HttpRequest) -> None:
    """End the session here; only what ends it at FranceConnect's too outlives it."""
    id_token = request.session.get(ID_TOKEN)  # encrypted
    browsers.forget(request)
    logout(request)
    if id_token:
        request.session[ID_TOKEN] = id_token


def check_password(
    request: HttpRequest, nir: nir_rules.Nir, password: str, now: datetime
) -> tuple[User | None, timedelta]:
    """The account with this number and password, if the throttle allows the try: ``(user or None, time to wait)``."""
    network, counter = throttling.network(request), devices.counter_of(request, nir_rules.digest(nir))
    wait = throttling.take_all([("login-network", network), counter], now)
    user = None if wait else authenticate(request, nir=nir, password=password)
    if not isinstance(user, User):
        return None, wait
    throttling.clear(*counter)
    throttling.give_back("login-network", network)
    return user, throttling.NONE


def check_again(user: User, password: str, now: datetime) -> None:
    """Have who is logged in prove it once more, before what cannot be undone or gives the account away.

    While the throttle holds the password is not even looked at. Raises ValidationError.
    """
    wait = throttling.take("password", str(user.pk), now)
    if wait:
        raise ValidationError(f"Trop d'essais : réessayez dans {throttling.in_words(wait)}", code="throttled")
    if not user.check_password(password):
        raise ValidationError("Ce mot de passe n'est pas le bon : saisissez-le de nouveau", code="wrong")
    throttling.clear("password", str(user.pk))
