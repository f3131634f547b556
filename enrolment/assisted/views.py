"""The pages behind the link: what was prepared is told, then the person opens their account or comes in, and takes it.

A page that is read changes nothing; the link is used up by the person's own press of the button.
"""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from accounts.signup import prepared as signup
from core import throttling
from core.forms.base import BaseForm
from core.redirects import with_next
from core.requests import unlogged
from enrolment.assisted import finishing, preparing
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.refused import refused
from enrolment.dossiers.steps import STEPS
from enrolment.models import AssistedEnrolment, State

FOLDER = "enrolment/assisted"


class CodeForm(BaseForm):
    """The code of the letter, in any case and spacing."""

    code = forms.CharField(
        label="Code de votre lettre",
        max_length=60,
        help_text="Quatre groupes de quatre lettres ou chiffres, par exemple 7KQ2-M4XW-8PDN-C5HT.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Recopiez le code qui est sur votre lettre"},
    )

    def clean_code(self) -> str:
        """As it is compared; whether it opens something is not said here."""
        code = preparing.tidy(str(self.cleaned_data["code"]))
        if len(code) != preparing.LENGTH:
            raise forms.ValidationError("Recopiez les 16 lettres et chiffres du code, tels qu'ils sont sur la lettre")
        return code


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """« J'ai reçu une lettre »: the code, copied by hand; throttled against who tries codes."""
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return render(request, f"{FOLDER}/code.html", {"form": form}, status=422 if form.is_bound else 200)
    network, now = throttling.network(request), timezone.now()
    wait = throttling.take("letter-network", network, now)
    if wait:
        form.add_error(None, f"Trop d'essais : réessayez dans {throttling.in_words(wait)}.")
        return render(request, f"{FOLDER}/code.html", {"form": form}, status=429)
    if finishing.find(form.cleaned_data["code"], now) is None:
        return _over(request)
    throttling.give_back("letter-network", network)
    return redirect("enrolment:letter", preparing.in_groups(form.cleaned_data["code"]))


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """What was prepared, and the two ways on: an account to open, an account that is there."""
    now = timezone.now()
    prepared = finishing.find(code, now)
    if prepared is None:
        return _over(request)
    if request.method != "POST":
        return unlogged(render(request, f"{FOLDER}/letter.html", {"prepared": prepared, "session": prepared.session}))
    request.session[finishing.PREPARED] = str(prepared.pk)
    target = reverse("enrolment:letter-next")
    if request.user.is_authenticated:
        return redirect(target)
    if "account" in request.POST and prepared.for_user is None:
        extra = {"next": target, finishing.PREPARED: str(prepared.pk)}
        return signup.begin(request, prepared.prepared, extra, now)
    return redirect(with_next(reverse("accounts:login"), target))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: AuthenticatedRequest) -> HttpResponse:
    """Whoever is logged in takes what was prepared: « Créer mon dossier d'inscription », by their own hand."""
    now = timezone.now()
    prepared = finishing.waiting_for(request.user, now, request.session.get(finishing.PREPARED))
    if prepared is None:
        return _taken_or_over(request)
    if request.method != "POST":
        return render(request, f"{FOLDER}/take.html", {"prepared": prepared, "session": prepared.session})
    try:
        enrolment = finishing.take(prepared, request.user, now)
    except RefusedError as error:
        return refused(request, error, prepared.session)
    if enrolment is None:
        return _taken_or_over(request)
    request.session.pop(finishing.PREPARED, None)
    messages.success(request, "Le dossier préparé avec l'ADM79 est le vôtre. Il reste à le vérifier et à l'envoyer.")
    first = redirect("enrolment:step", enrolment.pk, STEPS[0].name)
    return first if enrolment.state == State.DRAFT else redirect(enrolment)


def _taken_or_over(request: AuthenticatedRequest) -> HttpResponse:
    """Taken by this very person already, in another tab: their dossier; else the link is over."""
    mine = AssistedEnrolment.objects.filter(for_user=request.user, enrolment__user=request.user)
    last = mine.select_related("enrolment").order_by("-finished_at").first()
    return redirect(last.enrolment) if last and last.enrolment else _over(request)


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for a link that never was, was used, replaced, revoked, or is too old."""
    return unlogged(render(request, f"{FOLDER}/over.html", status=410))
