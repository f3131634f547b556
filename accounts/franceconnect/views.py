"""The pages between the site and FranceConnect."""

import hmac
import logging
import secrets
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.franceconnect import arrivals, attempts, client, transport
from accounts.franceconnect.arrivals import NameAnswer
from accounts.franceconnect.attempts import Attempt
from accounts.franceconnect.availability import enabled, is_resting
from accounts.franceconnect.errors import FranceConnectError, LostError, UnavailableError
from accounts.franceconnect.forms import LinkForm
from accounts.identity.certified import Pending, pending, remember_account
from accounts.login.service import ID_TOKEN
from accounts.models import User
from core import sealed, throttling
from core.redirects import after_login, safe_next

LOGOUT_STATE = "franceconnect_logout_state"
logger = logging.getLogger("accounts.franceconnect")

type View = Callable[[HttpRequest], HttpResponse]


def franceconnect(view: View) -> View:
    """Mark a page of this path: public, never cached, within one budget of time, not there without FranceConnect."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not enabled():
            raise Http404("FranceConnect is not set up")
        with transport.budget():
            return view(request)

    return login_not_required(never_cache(guarded))


def failure(request: HttpRequest, error: FranceConnectError, asked: Attempt) -> HttpResponse:
    """The calm page for *error*, which keeps the place one was going to; the log gets its code and nothing else."""
    logger.warning("franceconnect error=%s purpose=%s", error.code, asked.purpose)
    return render(request, error.template, {"asked": asked, "topic": error.topic}, status=error.status)


@require_http_methods(["GET", "POST"])
@franceconnect
def login(request: HttpRequest) -> HttpResponse:
    """Leave for FranceConnect: by the button (POST), or by a link from elsewhere, a fiche or a mail (GET).

    Nothing is written but the question, in the browser's own session.
    """
    asked = attempts.asked_by(request)
    try:
        if is_resting():
            raise UnavailableError("resting")
        if request.user.is_anonymous:
            throttling.refuse_beyond("franceconnect-network", throttling.network(request), timezone.now())
        state, attempt = attempts.begin(request, asked)
        return redirect(client.authorization_url(request, state, attempt))
    except FranceConnectError as error:
        return failure(request, error, asked)


@require_GET
@franceconnect
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from FranceConnect. May arrive twice: the second time leads where the first did."""
    state = request.GET.get("state", "")
    destination = attempts.destination_of(request, state)
    if destination is not None:
        return redirect(destination)
    asked = Attempt(next=after_login())
    try:
        asked = attempts.take(request, state)
        destination = arrivals.receive(request, asked)
    except FranceConnectError as error:
        return failure(request, error, asked)
    attempts.answered(request, state, destination)
    return redirect(destination)


@sensitive_post_parameters("nir", "password")
@require_http_methods(["GET", "POST"])
@franceconnect
def link(request: HttpRequest) -> HttpResponse:
    """First visit with FranceConnect: prove the account one has, or create one."""
    asked = Attempt(next=safe_next(request))
    waiting = pending(request)
    if waiting is None or not waiting.is_linkable(timezone.now()):
        return failure(request, LostError("identity_expired"), asked)
    confirmed = _confirmed_account(request, waiting)
    if confirmed:
        return _link(request, confirmed, waiting, asked, doubtful=waiting.context["doubtful"])
    form = LinkForm(request.POST or None, request=request, identity=waiting.identity)
    if form.is_valid() and form.user:
        doubtful = waiting.identity.place_is_doubtful(form.cleaned_data["nir"])
        match arrivals.judge_name(form.user, waiting.identity, timezone.now()):
            case NameAnswer.SAME:
                return _link(request, form.user, waiting, asked, doubtful=doubtful)
            case NameAnswer.ASK:
                remember_account(request, form.user, doubtful=doubtful)
                page = {"identity": waiting.identity, "account": form.user}
                return render(request, "franceconnect/other_name.html", page)
            case NameAnswer.WAIT:
                arrivals.ask_staff_about_name(form.user, waiting.identity, timezone.now())
                return render(request, "franceconnect/name_waits.html", {"identity": waiting.identity}, status=409)
    page = {"form": form, "identity": waiting.identity, "next": waiting.context["next"]}
    return render(request, "franceconnect/link.html", page, status=422 if form.is_bound else 200)


def _confirmed_account(request: HttpRequest, waiting: Pending) -> User | None:
    """The account proved a moment ago, whose owner now says that the other name is theirs."""
    account = waiting.context.get("account")
    if not account or "confirm_name" not in request.POST:
        return None
    return User.objects.filter(pk=account, is_active=True).first()


def _link(request: HttpRequest, user: User, waiting: Pending, asked: Attempt, *, doubtful: bool) -> HttpResponse:
    try:
        return redirect(arrivals.link(request, user, waiting, doubtful=doubtful))
    except FranceConnectError as error:
        return failure(request, error, asked)


@require_GET
@franceconnect
def logout(request: HttpRequest) -> HttpResponse:
    """Leave FranceConnect too, once the session here has ended (``accounts:logout`` leads here)."""
    if request.user.is_authenticated:
        return redirect(after_login())
    id_token = sealed.take(request.session, ID_TOKEN)
    if id_token is None:
        return redirect("home")
    state = request.session[LOGOUT_STATE] = secrets.token_urlsafe(32)
    try:
        if is_resting():
            raise UnavailableError("resting")
        return redirect(client.end_session_url(request, id_token, state))
    except FranceConnectError as error:
        logger.warning("franceconnect error=%s purpose=logout", error.code)
        return render(request, "franceconnect/logged_out_here.html")


@require_GET
@franceconnect
def logout_return(request: HttpRequest) -> HttpResponse:
    """Back from FranceConnect's own logout."""
    expected, state = request.session.pop(LOGOUT_STATE, ""), request.GET.get("state", "")
    if expected and hmac.compare_digest(expected.encode(), state.encode()):
        messages.success(request, "Vous n'êtes plus connecté, ni sur ce site ni chez FranceConnect.")
    return redirect("home")
