"""The end of account creation: the account is born, or the page says why not."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from accounts.claims import takeover
from accounts.claims.takeover import WaitsForStaffError
from accounts.identity.certified import IdentityTakenError, forget
from accounts.identity.proof import Agreement
from accounts.login.service import Method, log_in
from accounts.models import FranceConnectIdentity, User
from accounts.signup.path import SignupPath
from accounts.signup.service import AlreadyRegisteredError, create_account, warn_owner
from core import throttling
from core.journeys import counts
from core.redirects import AFTER_LOGIN

WELCOME = "Votre compte est créé. Pour confirmer votre adresse, ouvrez le mail qui vient de partir vers {email}."
DONE_FOR = timedelta(hours=1)
"""So long, a draft that became an account answers a second press of the button with that account."""


account_made = Signal()
"""Sent in the transaction that made the account: ``user``, and what its draft kept beside the answers (``extra``)."""


class AnswersChangedError(Exception):
    """Another tab changed the answers while the account was being made of them."""


def finish(journey: SignupPath, form: forms.Form) -> HttpResponse:
    """Create the account under a lock of its draft, log in, and go where the person was going.

    Raises AnswersChangedError when another tab changed the answers meanwhile.
    """
    wrong = journey.first_wrong()
    if wrong:
        return HttpResponseRedirect(wrong.url)
    network, now = throttling.network(journey.request), timezone.now()
    wait = throttling.waiting_time("signup-taken", network, now) or throttling.take("signup-network", network, now)
    if wait:
        return journey.draw("accounts/signup/wait.html", {"wait": throttling.in_words(wait)}, status=429)
    try:
        user = _create_once(journey, form)
    except AlreadyRegisteredError as error:
        throttling.record_failure("signup-taken", network, now)
        warn_owner(error.user, now)
        return journey.draw("accounts/signup/already_registered.html", _ways_on(journey), status=409)
    except WaitsForStaffError as error:
        throttling.record_failure("signup-taken", network, now)
        _ask_staff(journey, error, now)
        return journey.draw("accounts/signup/number_waits.html", {}, status=409)
    except IdentityTakenError:
        return journey.draw("accounts/signup/identity_taken.html", {}, status=409)
    if user is None:
        return journey.draw(journey.lost_template, {}, status=410)
    return _welcome(journey, user)


def _create_once(journey: SignupPath, form: forms.Form) -> User | None:
    """The account; the same one for a button pressed twice. None when the draft is not this person's any more."""
    password = form.cleaned_data.get("password")
    with transaction.atomic():
        checked = journey.answers
        draft = journey.lock()
        if draft is None:
            return None
        if done := journey.extra.get("done"):
            return _same_person(journey, done, password)
        if journey.answers != checked:
            raise AnswersChangedError
        values = journey.values()
        user = create_account(
            values["nir"],
            values,
            password=password,
            now=timezone.now(),
            identity=journey.certified,
            take_over="take_over" in journey.request.POST,
        )
        account_made.send(User, user=user, extra=journey.extra)
        draft.keep(answers={}, extra={"done": str(user.pk)})
        draft.expires_at = timezone.now() + DONE_FOR
        draft.save(update_fields=["content", "expires_at"])
        counts.add(journey.kind, [journey.steps[-1].name], timezone.localdate())
    return user


def _ways_on(journey: SignupPath) -> dict[str, Any]:
    """What the page says of a number that has an account: the same whatever the name, so that nothing is learnt.

    Who comes with FranceConnect may take the number over, if it goes with their birth; first they are asked for the
    account's password.
    """
    nir = journey.values().get("nir")
    fits = bool(journey.certified and nir and takeover.how_well(journey.certified, nir) is not Agreement.NONE)
    return {
        "certified": journey.certified,
        "next": journey.next_url,
        "identity_url": f"{journey.steps[0].url}?modifier",
        "may_take_over": fits,
        "here": journey.steps[-1].url,
    }


def _ask_staff(journey: SignupPath, error: WaitsForStaffError, now: datetime) -> None:
    values = journey.values()
    if journey.certified:
        phone = values.get("mobile") or values.get("landline", "")
        takeover.ask_staff(error, journey.certified, email=values.get("email", ""), phone=phone, now=now)


def already_done(journey: SignupPath) -> HttpResponse:
    """The draft has become an account: a second press of the button, or the Back button, finds its owner there."""
    request = journey.request
    user = _same_person(journey, journey.extra["done"], request.POST.get("password"))
    if user:
        return _welcome(journey, user)
    return HttpResponseRedirect(AFTER_LOGIN) if request.user.is_authenticated else journey.lost()


def _same_person(journey: SignupPath, user_id: str, password: str | None) -> User | None:
    """The account that this draft became, for who proves again to be the one who made it; throttled like a login."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user and password:
        account = user.nir_digest or ""
        if throttling.take("login-account", account, timezone.now()) or not user.check_password(password):
            return None
        throttling.clear("login-account", account)
        return user
    link = FranceConnectIdentity.objects.filter(user=user).first() if user else None
    same = link and journey.certified and (link.issuer, link.sub) == (journey.certified.issuer, journey.certified.sub)
    return user if same else None


def _welcome(journey: SignupPath, user: User) -> HttpResponse:
    target = journey.next_url or AFTER_LOGIN
    method: Method = "franceconnect" if journey.certified else "password"
    if journey.certified:
        forget(journey.request)
    log_in(journey.request, user, method=method)
    messages.success(journey.request, WELCOME.format(email=user.email))
    return HttpResponseRedirect(target)
