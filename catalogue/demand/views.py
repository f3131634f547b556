"""« Prévenez-moi »: asked by a button, listed, given up by a button or by the mail's link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import AuthenticatedRequest
from catalogue.demand import interests
from catalogue.models import Interest, Training
from catalogue.search.engine import Criteria
from core import redirects
from core.requests import unlogged

ASKED = "C'est noté : un mail partira vers {email} dès qu'une session s'ouvre ({what})."


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: AuthenticatedRequest) -> HttpResponse:
    """What the person waits for; POST asks for one thing more: a training, or words and a place."""
    if request.method == "POST":
        return _ask(request)
    found = interests.of_person(request.user, timezone.now())
    return render(request, "catalogue/demand/mine.html", {"interests": found})


def _ask(request: AuthenticatedRequest) -> HttpResponse:
    reference, asked = request.POST.get("training", ""), Criteria.from_query(request.POST)
    training = get_object_or_404(Training.objects.published(), reference=reference) if reference else None
    words, place = ("", "") if training else (asked.q, asked.place)
    try:
        interest = interests.ask(request.user, timezone.now(), training=training, words=words, place=place)
    except interests.InterestError as error:
        messages.warning(request, str(error))
        return redirect(redirects.page_left(request) or "catalogue:search")
    messages.success(request, ASKED.format(email=request.user.email, what=interest.what))
    return redirect("catalogue:interests")


@require_POST
def give_up(request: AuthenticatedRequest, interest_id: int) -> HttpResponse:
    """« Ne plus me prévenir » of one thing. Safe to repeat."""
    if Interest.objects.filter(pk=interest_id, user=request.user).delete()[0]:
        messages.success(request, "C'est retiré : vous ne serez pas prévenu.")
    return redirect("catalogue:interests")


@csrf_exempt  # mail readers press it for their owner (RFC 8058); all it can do is stop our mails to one person
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's link: its one button stops these mails. A GET does nothing: mail scanners look."""
    user = interests.read_stop(token)
    if user is not None and request.method == "POST":
        interests.stop_all(user)
    done = user is None or request.method == "POST"
    return unlogged(render(request, "catalogue/demand/stop.html", {"done": done}))
