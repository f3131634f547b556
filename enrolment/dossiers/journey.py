"""The guided path of a dossier: identification, informations, financement, envoi (``core.journeys.journey``)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.contact import addresses, phones
from accounts.identity import reauthentication
from accounts.models import User
from catalogue.sessions import in_force
from core.journeys.journey import Answers, Journey, Step
from core.models import Draft
from enrolment.dossiers import workflow
from enrolment.dossiers.cdc_mailto import missing_account_message
from enrolment.dossiers.facts import situation_of
from enrolment.dossiers.forms import FundingForm, InformationForm, PasswordProofForm, SendingForm
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.refused import refused
from enrolment.dossiers.step_names import DRAFT_KIND, EnrolmentStep
from enrolment.identity_checks import checks
from enrolment.models import Enrolment, Proof
from enrolment.rights import quote


def identification_template(user: User) -> str:
    """The page of the guide's branch, by what the person can prove themselves with."""
    if not user.has_usable_password():
        return "enrolment/steps/identification_franceconnect.html"
    if checks.has_verified_identity(user):
        return "enrolment/steps/identification.html"
    return "enrolment/steps/identification_unverified.html"


class EnrolmentJourney(Journey):
    """One dossier on its way. The draft has the dossier's id and lives until the session has begun."""

    kind = DRAFT_KIND

    def __init__(self, request: HttpRequest, enrolment: Enrolment, user: User) -> None:
        super().__init__(request, enrolment.pk)
        self.enrolment = enrolment
        self.user = user
        self.now = timezone.now()

    @property
    def owner(self) -> str:
        return Draft.owner_of(self.user)

    @cached_property
    def draft(self) -> Draft:
        """The stored answers; a dossier whose first answer is still to come has an empty draft, not a lost one."""
        blank = Draft(pk=self.draft_id, kind=self.kind, owner=self.owner, expires_at=self.expiry(self.now))
        return self._drafts().first() or blank

    def expiry(self, now: datetime) -> datetime:
        """Until the end of the first day: a dossier can be left and taken up again until the deadline."""
        start = datetime.combine(self.enrolment.session.start, time.min, timezone.get_current_timezone())
        return start + timedelta(days=1)

    def steps_for(self, answers: Answers) -> Sequence[Step]:
        return (
            Step(
                EnrolmentStep.IDENTIFICATION,
                "Vous identifier à nouveau",
                PasswordProofForm,
                identification_template(self.user),
                secret=True,
            ),
            Step(EnrolmentStep.INFORMATION, "Vos informations", InformationForm, "enrolment/steps/information.html"),
            Step(EnrolmentStep.FUNDING, "Le financement", FundingForm, "enrolment/steps/funding.html"),
            Step(
                EnrolmentStep.SENDING, "Vérifier et envoyer", SendingForm, "enrolment/steps/sending.html", secret=True
            ),
        )

    def url(self, step: Step) -> str:
        return reverse("enrolment:step", args=[self.enrolment.pk, step.name])

    @cached_property
    def quote(self) -> quote.Quote:
        """The sums as they stand now."""
        return quote.quote(self.enrolment.session.training, self.user, timezone.localdate(self.now))

    def is_complete(self, step: Step) -> bool:
        """Proved less than thirty minutes ago; agreed to the sums that hold now; or simply answered."""
        if step.name == EnrolmentStep.IDENTIFICATION:
            return self._proof() != Proof.NONE
        if step.name == EnrolmentStep.FUNDING and self.request.method == "GET" and not self._sums_hold(step):
            return False  # the page of sending would show sums that no longer hold; a POST is told so in full
        return super().is_complete(step)

    def _sums_hold(self, step: Step) -> bool:
        raw = self.raw(step)
        return raw.get("price") == [str(self.quote.price)] and raw.get("rights") == [str(self.quote.rights)]

    def form_kwargs(self, step: Step) -> dict[str, Any]:
        match step.name:
            case EnrolmentStep.IDENTIFICATION:
                return {"user": self.user, "now": self.now}
            case EnrolmentStep.INFORMATION:
                return {"certified": bool(self.user.certified_by), "initial": self.known()}
            case EnrolmentStep.FUNDING:
                return {"quote": self.quote}
        return {}

    def known(self) -> dict[str, Any]:
        """What the account already knows: the person completes, changes or deletes it."""
        user = self.user
        mandate = user.mandates.in_office(timezone.localdate(self.now)).select_related("commune").first()
        return {
            "birth_name": user.birth_name,
            "usual_name": user.usual_name,
            "first_names": user.first_names,
            "birth_date": user.birth_date,
            "email": user.email,
            "phone": phones.shown(user.mobile or user.landline),
            "address": "\n".join(addresses.lines(user)),
            "mandate": mandate.function if mandate else "",
            "mandate_place": (mandate.place_name or str(mandate.commune or "")) if mandate else "",
        }

    def context(self, step: Step) -> dict[str, Any]:
        session = self.enrolment.session
        shown: dict[str, Any] = {
            "enrolment": self.enrolment,
            "session": session,
            "training": session.training,
            "last_day": in_force.last_day_to_send(session),
            "quote": self.quote,
            "information_url": self.url(self.find(EnrolmentStep.INFORMATION)),
            "funding_url": self.url(self.find(EnrolmentStep.FUNDING)),
        }
        if step.name == EnrolmentStep.IDENTIFICATION:
            shown["checklist"] = situation_of(self.request, self.now).checklist(session, self.enrolment)
            shown["identity"] = situation_of(self.request, self.now).identity
        if step.name == EnrolmentStep.FUNDING:
            shown["has_elu_account"] = self.user.has_elu_account
            shown["message_to_cdc"] = missing_account_message(self.user)
        if step.name == EnrolmentStep.SENDING:
            shown["rows"] = self.summary()
        return shown

    def summary(self) -> list[tuple[str, str, bool]]:
        """What will be sent, in words: (label, answer, whether it can be changed; a certified name cannot)."""
        form = self._bound(EnrolmentStep.INFORMATION)
        form.is_valid()
        return [
            (str(form[name].label), in_words(form.cleaned_data.get(name)), not field.disabled)
            for name, field in form.fields.items()
        ]

    def _after(self, step: Step) -> Step:
        # Proved again in the middle of the path, the person goes back to where they were.
        if step.name == EnrolmentStep.IDENTIFICATION:
            return self.first_incomplete() or self.steps[-1]
        return super()._after(step)

    def passed(self, step: Step, form: forms.Form) -> HttpResponse | None:
        if step.name == EnrolmentStep.IDENTIFICATION:
            reauthentication.store(self.request, self.enrolment.pk, "password", self.now)
        if step.name == EnrolmentStep.SENDING:
            return self._send()
        return None

    def _bound(self, name: EnrolmentStep) -> forms.Form:
        step = self.find(name)
        return self.bind(step, self.raw(step))

    def _send(self) -> HttpResponse:
        """Bind every answer again under locks (session, draft, then the rest) and send, all in one transaction."""
        try:
            with transaction.atomic():
                workflow.lock_session(self.enrolment.session_id)
                draft = Draft.objects.select_for_update().filter(pk=self.draft_id, owner=self.owner).first()
                self.__dict__["_answers"] = draft.values if draft else {}
                workflow.submit(self.enrolment, self.user, self.now, self._sending())
        except RefusedError as error:
            return refused(self.request, error, self.enrolment.session, self.enrolment)
        return redirect(self.enrolment)

    def _sending(self) -> workflow.Sending:
        information = self._bound(EnrolmentStep.INFORMATION)
        agreed = self.raw(self.find(EnrolmentStep.FUNDING))
        return workflow.Sending(
            answers=information.cleaned_data if information.is_valid() else {},
            price=Decimal(agreed.get("price", ["0"])[0]),
            rights=Decimal(agreed.get("rights", ["0"])[0]),
            proof=self._proof(),
        )

    def _proof(self) -> Proof:
        return Proof(reauthentication.live(self.request, self.now).get(str(self.enrolment.pk), ""))


def in_words(value: Any) -> str:
    """An answer as the check page shows it."""
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    return value or "Non renseigné"
