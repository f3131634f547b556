"""Account creation: where it begins, is taken up again, and each of its steps."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.signup.forms import ResumeForm
from accounts.signup.journey import STEPS, SignupJourney, live_drafts
from core import redirects, text, throttling
from core.journeys import browser
from core.models import Draft


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
        draft = _recognise(request, form, drafts)
        if draft:
            return _take_up(request, draft)
    context = {"form": form, "next": redirects.asked_next(request)}
    return render(request, "accounts/signup/resume.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, draft_id: uuid.UUID, step: str) -> HttpResponse:
    """One of the four steps."""
    return browser.remember(request, SignupJourney(request, draft_id).page(step))


def _begin(request: HttpRequest) -> HttpResponse:
    first = reverse("accounts:signup-step", args=[uuid.uuid4(), STEPS[0].name])
    response = HttpResponseRedirect(redirects.with_next(first, redirects.asked_next(request)))
    return browser.remember(request, response)


def _recognise(request: HttpRequest, form: ResumeForm, drafts: list[Draft]) -> Draft | None:
    """The draft in which the birth name typed was typed before; the brake stops who tries names."""
    key = browser.owner(request)
    wait = throttling.take("draft", key, timezone.now())
    if wait:
        form.add_error("birth_name", f"Trop d'essais : réessayez dans {throttling.in_words(wait)}, ou recommencez")
        return None
    for draft in drafts:
        typed = draft.values.get(STEPS[0].name, {}).get("raw", {}).get("birth_name", [""])[0]
        if text.same_name(typed, form.cleaned_data["birth_name"]):
            throttling.clear("draft", key)
            return draft
    form.add_error("birth_name", "Ce nom n'est pas celui qui avait été saisi : vérifiez-le, ou recommencez")
    return None


def _take_up(request: HttpRequest, draft: Draft) -> HttpResponse:
    journey = SignupJourney(request, draft.pk)
    values = draft.values
    journey.annotate(values)
    draft.values = values
    draft.expires_at = timezone.now() + journey.lifetime
    draft.save(update_fields=["content", "expires_at"])
    return HttpResponseRedirect(journey.url(journey.first_incomplete() or journey.steps[-1]))
