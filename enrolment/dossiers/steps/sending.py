"""« Vérifier et envoyer »: the answers checked, the declaration, the request sent."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from core.forms.base import BaseForm
from enrolment.dossiers import workflow
from enrolment.dossiers.locking import lock_to_send
from enrolment.dossiers.path import DossierStep
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.refused import refused
from enrolment.dossiers.sent import Sending
from enrolment.dossiers.steps.funding import FundingStep


class SendingForm(BaseForm):
    """The declaration that goes with « Envoyer ma demande »."""

    declaration = forms.BooleanField(label="Je certifie que les informations de ma demande sont exactes")
    required_messages = {"declaration": "Cochez la case pour certifier que vos informations sont exactes."}


class SendingStep(DossierStep):
    """The last step."""

    name = "envoi"
    title = "Vérifier et envoyer"
    task = "Envoyer votre demande"
    form_class = SendingForm
    template = "enrolment/steps/sending.html"
    secret = True
    check_template = ""

    def context(self) -> dict[str, Any]:
        return {"checked": [step for step in self.journey.steps if step.check_template]}

    def on_valid(self, form: forms.Form) -> HttpResponse:
        """Bind every answer again under locks (the draft last) and send, all in one transaction."""
        journey = self.journey
        enrolment = journey.enrolment
        try:
            with transaction.atomic():
                lock_to_send(enrolment, journey.user)
                journey.lock()
                workflow.submit(enrolment, journey.user, journey.now, self._sending())
        except RefusedError as error:
            return refused(journey.request, error, enrolment.session, enrolment)
        return redirect(enrolment)

    def _sending(self) -> Sending:
        journey = self.journey
        price, rights, public = FundingStep(journey).agreed()
        answers = {} if journey.first_wrong() else journey.values()
        return Sending(answers=answers, price=price, rights=rights, public=public, proof=journey.proof)
