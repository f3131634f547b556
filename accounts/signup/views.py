"""Account creation: where it begins, is taken up again, and each of its steps."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.signup.journey import SignupJourney, live_drafts
from accounts.signup.resume import ResumeForm, recognise, take_up
from accounts.signup.steps import STEPS
from core import redirects
from core.journeys import browser


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Begin an account; in a browser where one was begun, take it up again or begin anew. GET writes nothing."""
    if request.user.is_authenticated:
        return redirect(redirects.safe_next(request))
    drafts = [] if "nouveau" in request.GET else live_drafts(request)
    if not drafts:
        return _begin(request)
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = recognise(request, form, drafts)
        if draft:
            return take_up(request, draft)
    context = {"form": form, "next": redirects.asked_next(request)}
    return render(request, "accounts/signup/resume.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, draft_id: uuid.UUID, step: str) -> HttpResponse:
    """One of the steps."""
    response = SignupJourney(request, draft_id).page(step)
    if response.status_code == 410 and request.user.is_authenticated:  # a tab left open by who is in by now
        return redirect(redirects.safe_next(request))
    return browser.remember(request, response)


def _begin(request: HttpRequest) -> HttpResponse:
    first = reverse("accounts:signup-step", args=[uuid.uuid4(), STEPS[0].name])
    response = HttpResponseRedirect(redirects.with_next(first, redirects.asked_next(request)))
    return browser.remember(request, response)
