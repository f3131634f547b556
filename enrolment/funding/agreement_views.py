"""A commune or an intercommunalité pays: who agrees, what to print and sign, the convention ready filled."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import AuthenticatedRequest
from core.forms.base import BaseForm
from enrolment.funding import agreements
from enrolment.funding.agreements import is_signed
from enrolment.models import WITH_PUBLIC, Enrolment, FundingAgreement


class AgreementForm(BaseForm, forms.ModelForm):
    """Who agreed, and where the invoice goes."""

    class Meta:
        model = FundingAgreement
        fields = ("payer", "agreed_by", "function", "email", "invoice_to", "order_reference")
        labels = {
            "payer": "Commune ou intercommunalité qui paie",
            "agreed_by": "Nom de la personne qui donne l'accord",
            "function": "Sa fonction",
            "email": "Son adresse mail",
            "invoice_to": "Où envoyer la facture",
            "order_reference": "Numéro de commande ou d'engagement",
        }
        help_texts = {"function": "Par exemple : maire, président, directrice générale des services."}
        widgets = {"invoice_to": forms.Textarea(attrs={"rows": 3})}


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Who pays for this dossier; once signed, only staff change it."""
    enrolment = _mine(request, enrolment_id)
    if enrolment.funding not in WITH_PUBLIC or not enrolment.public_agreed or not enrolment.sent_at:
        return redirect(enrolment)
    known = FundingAgreement.objects.filter(enrolment=enrolment).first()
    signed = is_signed(enrolment)
    initial = {"payer": enrolment.mandate_place}
    form = AgreementForm(request.POST if request.method == "POST" else None, instance=known, initial=initial)
    if request.method == "POST" and not signed and form.is_valid():
        if agreements.write(enrolment, form.cleaned_data):
            messages.success(request, "C'est noté : imprimez l'accord et faites-le signer.")
        else:
            messages.warning(request, "L'ADM79 vient de noter cet accord signé : il ne change plus que par elle.")
        return redirect(request.path)
    return _page(request, "agreement", enrolment, form=form, agreement=known, signed=signed, status=_status(form))


@require_GET
def paper(request: AuthenticatedRequest, enrolment_id: uuid.UUID, kind: str) -> HttpResponse:
    """The agreement to sign, or the convention with the training body: filled in, to print."""
    enrolment = _mine(request, enrolment_id)
    found = FundingAgreement.objects.filter(enrolment=enrolment).first()
    if found is None:
        return redirect("enrolment:agreement", enrolment.pk)
    return _page(request, kind, enrolment, agreement=found, today=timezone.localdate())


def _status(form: forms.ModelForm) -> int:
    return 422 if form.errors else 200


def _mine(request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> Enrolment:
    mine = Enrolment.objects.select_related("session__training__body", "session__place__commune", "user")
    return get_object_or_404(mine, pk=enrolment_id, user=request.user)


def _page(
    request: AuthenticatedRequest, name: str, enrolment: Enrolment, *, status: int = 200, **more: object
) -> HttpResponse:
    session = enrolment.session
    context = {"enrolment": enrolment, "session": session, "training": session.training, **more}
    return render(request, f"enrolment/public/{name}.html", context, status=status)
