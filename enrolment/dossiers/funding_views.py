"""Sums accepted again, another funding: what a person decides about money once their request has left."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import AuthenticatedRequest
from catalogue.sessions import in_force
from catalogue.sessions.clocks import Stretch
from core.forms.base import BaseForm
from enrolment.dossiers import agreement
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.steps.funding_choice import CHOICES, RISK
from enrolment.funding.agreements import is_signed
from enrolment.models import WITH_DIF, Enrolment, Funding
from enrolment.rights.quote import Quote
from enrolment.rights.readings import position_of


class SumsForm(BaseForm):
    """The sums as the page showed them."""

    price = forms.DecimalField(widget=forms.HiddenInput)
    rights = forms.DecimalField(widget=forms.HiddenInput)
    public = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote = quote

    def clean(self) -> dict[str, Any]:
        """What was seen is what holds now; what has changed since is shown again."""
        cleaned = super().clean() or self.cleaned_data
        if self.seen != self.quote.agreed:
            raise forms.ValidationError("Les montants ont changé depuis : vérifiez-les et acceptez-les de nouveau.")
        return cleaned

    @property
    def seen(self) -> tuple[Any, ...]:
        """Price, part of the DIF, part of the commune."""
        return tuple(self.cleaned_data.get(name) for name in ("price", "rights", "public"))


class ChangeForm(SumsForm):
    """Why another funding, and the tick of a late session for the DIF."""

    reason = forms.CharField(label="Pourquoi ce changement ?", max_length=300, help_text="Noté dans votre dossier.")
    accepts_mcf_risk = forms.BooleanField()
    required_messages = {"reason": "Dites en quelques mots pourquoi vous changez de financement."}

    def __init__(self, *args: Any, funding: str, stretch: Stretch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funding_label = Funding(funding).label
        if funding not in WITH_DIF or stretch == Stretch.FINE:
            del self.fields["accepts_mcf_risk"]
        else:
            self.fields["accepts_mcf_risk"].label = RISK[stretch]


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """« J'accepte ces montants »: the old and the new sums side by side."""
    enrolment = _mine(request, enrolment_id)
    quote = agreement.quote_for(enrolment, timezone.localdate())
    if quote is None or not enrolment.sums_to_agree:
        return redirect(enrolment)
    form = SumsForm(request.POST or None, quote=quote)
    if request.method == "POST" and form.is_valid():
        try:
            agreement.agree(enrolment, request.user, timezone.now(), quote.agreed)
        except RefusedError as error:
            messages.warning(request, f"{error} Vérifiez les montants.")
            return redirect(request.path)
        messages.success(request, "C'est noté : le financement est confirmé.")
        return redirect(enrolment)
    return _page(request, "enrolment/agree.html", enrolment, form, quote=quote)


@require_http_methods(["GET", "HEAD", "POST"])
def change_funding(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Another funding: first which, then its sums, the reason, and the tick of a late session."""
    enrolment = _mine(request, enrolment_id)
    today = timezone.localdate()
    if enrolment.state not in agreement.OPEN or enrolment.session.start <= today:
        return redirect(enrolment)
    funding = request.GET.get("financement", "")
    quote = agreement.quote_if(enrolment, funding, today) if funding in Funding.values else None
    known = position_of(request.user, today)
    choices = [(value, label) for value, label in CHOICES if known.dif_usable or value not in WITH_DIF]
    more = {"choices": choices, "signed": is_signed(enrolment)}
    if quote is None or funding not in dict(choices) or more["signed"]:
        return _page(request, "enrolment/change_funding.html", enrolment, None, **more)
    stretch = in_force.clocks_of(enrolment.session).stretch(today)
    form = ChangeForm(request.POST or None, quote=quote, funding=funding, stretch=stretch)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            agreement.change_funding(
                enrolment,
                request.user,
                timezone.now(),
                funding=funding,
                reason=given["reason"],
                accepts_risk=given.get("accepts_mcf_risk", False),
                seen=quote.agreed,
            )
        except RefusedError as error:
            messages.warning(request, str(error))
            return redirect(request.path)
        messages.success(request, f"C'est noté : {Funding(funding).label}.")
        return redirect(enrolment)
    uses_dif = funding in WITH_DIF
    return _page(request, "enrolment/change_funding.html", enrolment, form, quote=quote, uses_dif=uses_dif, **more)


def _mine(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> Enrolment:
    mine = Enrolment.objects.select_related("session__training__body", "session__place__commune", "user")
    return get_object_or_404(mine, pk=enrolment_id, user=request.user)


def _page(
    request: AuthenticatedRequest, template: str, enrolment: Enrolment, form: forms.Form | None, **more: Any
) -> HttpResponse:
    session = enrolment.session
    context = {"enrolment": enrolment, "session": session, "training": session.training, "form": form, **more}
    return render(request, template, context, status=422 if form is not None and form.errors else 200)
