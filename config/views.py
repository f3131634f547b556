"""Home, help and legal pages, and the health check."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.views import csrf as views_csrf
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from accounts.requests import AuthenticatedRequest
from accounts.terms import conditions
from catalogue.trainings.outline import SHOWN_AT_HOME, next_open_sessions
from config import glossary
from config import health as health_checks
from config import help as topics
from config.help import rules_in_words
from config.retention import RETENTIONS
from core import redirects, text
from core.requests import HtmxRequest
from enrolment.dossiers.board import board_of

WAYS_IN = frozenset(
    {"accounts:login", "accounts:signup", "accounts:signup-step", "accounts:password-forgotten", "franceconnect:login"}
)
"""Pages that serve to come in: no use to who is in."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What cannot be read as a request of this site (400), or is too large (413); needs nothing of the middleware."""
    status = 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent) else 400
    return render(request, f"{status}.html", status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token. In a login or sign-up tab left open by somebody who has logged in since: lead on."""
    match = request.resolver_match or resolve(request.path_info)
    if request.user.is_authenticated and match.view_name in WAYS_IN:
        return redirect(redirects.safe_next(request))
    return views_csrf.csrf_failure(request, reason)


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """« Où en êtes-vous ? »: four ways on for a visitor; what to do first for somebody who is logged in."""
    if not request.user.is_authenticated:
        sessions = next_open_sessions(timezone.localdate(), SHOWN_AT_HOME)
        return render(request, "guide/home.html", {**rules_in_words(), "sessions": sessions})
    board = board_of(cast(AuthenticatedRequest, request), timezone.now())
    sessions = [] if board.live else next_open_sessions(timezone.localdate(), SHOWN_AT_HOME)
    return render(request, "guide/home_mine.html", {"board": board, "sessions": sessions})


@login_not_required
@vary_on_headers("HX-Request")
def help_page(request: HtmxRequest) -> HttpResponse:
    """The guide, told step by step; or what answers the words asked, wherever it is told, as one types."""
    query = text.line(request.GET.get("q", ""))[: topics.LONGEST_QUERY]
    chapters = topics.found(query) if query else topics.GUIDE
    words = glossary.found(query)
    count = sum(len(chapter.topics) for chapter in chapters) + len(words)
    context = {"query": query, "chapters": chapters, "words": words, "count": count, "parts": topics.PARTS.values()}
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "guide/help.html", context)
    response = render(request, "guide/help.html#answer", context)
    response["HX-Replace-Url"] = reverse("help") + (f"?{urlencode({'q': query})}" if query else "")
    return response


@login_not_required
def help_part(request: HttpRequest, part: str) -> HttpResponse:
    """One of ``PARTS``: the screens of Mon Compte Formation, or what to do after each message of the site."""
    return render(request, "guide/help_part.html", {"part": topics.PARTS[part]})


@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to call or write to, for what."""
    return render(request, "guide/contact.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility declaration (RGAA), with its fixed parts."""
    return render(request, "guide/accessibility.html")


@login_not_required
def legal(request: HttpRequest) -> HttpResponse:
    """Mentions légales."""
    return render(request, "guide/legal.html", {"publisher": settings.PUBLISHER})


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, and why."""
    return render(request, "guide/privacy.html", {"retentions": RETENTIONS})


@login_not_required
def terms(request: HttpRequest) -> HttpResponse:
    """Conditions générales d'utilisation: those in force, or a former version."""
    current, *former = conditions.versions()
    asked = request.GET.get("version")
    shown = next((each for each in former if each.name == asked), current)
    context = {"conditions": shown, "is_current": shown == current, "former": former}
    return render(request, "guide/terms.html", context)


@login_not_required
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Ready: the process answers and its database too. For the load balancer, which sends nobody here after a 503."""
    error = health_checks.database_error()
    return HttpResponse(error or "ok", content_type="text/plain", status=503 if error else 200)


@login_not_required
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Live: the process answers. For the service manager, which restarts it otherwise; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")
