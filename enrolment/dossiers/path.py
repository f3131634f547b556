"""What a dossier on its way knows, whatever its steps: person, session, sums, how they proved themselves."""

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from catalogue.models import Session
from catalogue.sessions import in_force
from catalogue.sessions.in_force import last_day_to_send
from core.journeys.journey import Journey
from core.journeys.step import Answers, Step
from core.models import Draft
from enrolment.dossiers.proofs import proofs_of
from enrolment.identity_checks import standing
from enrolment.models import Enrolment, Funding, Proof
from enrolment.models.dossiers import address_of
from enrolment.rights.position import Position
from enrolment.rights.quote import Quote, quote_by
from enrolment.rights.readings import position_of

DRAFT_KIND = "enrolment"
"""The kind of the drafts that hold a dossier's answers until it is sent."""


class DossierPath(Journey):
    """One dossier on its way; ``EnrolmentJourney`` gives it its steps. The draft has the dossier's id."""

    kind = DRAFT_KIND

    def __init__(self, request: HttpRequest, enrolment: Enrolment, user: User) -> None:
        super().__init__(request, enrolment.pk)
        self.enrolment = enrolment
        self.user = user
        self.now = timezone.now()

    @property
    def owner(self) -> str:
        return Draft.owner_of(self.user)

    def url(self, name: str) -> str:
        return address_of(self.enrolment.pk, "step", name)

    def may_begin(self, step: Step[Any]) -> bool:
        """The dossier is there; its draft is made with the first answer."""
        return True

    def expiry(self, now: datetime) -> datetime:
        """Until the end of the first day: a dossier can be left and taken up again until the deadline."""
        start = datetime.combine(self.enrolment.session.start, time.min, timezone.get_current_timezone())
        return start + timedelta(days=1)

    @property
    def today(self) -> date:
        """The day in Paris."""
        return timezone.localdate(self.now)

    @property
    def funding(self) -> str:
        """Who pays, as chosen so far."""
        chosen = self.answers.get("choix-du-financement", {}).get("raw", {}).get("funding", [""])[0]
        return chosen if chosen in Funding.values else Funding.DIF.value

    @cached_property
    def position(self) -> Position:
        """What is known of the person's rights."""
        return position_of(self.user, self.today)

    @cached_property
    def quote(self) -> Quote:
        """The sums as they stand now."""
        return quote_by(self.position, self.enrolment.session.training.price, self.funding)

    def fitting_sessions(self) -> list[Session]:
        """The training's other sessions for which a request on MCF still has its usual delay."""
        others = self.enrolment.session.training.sessions.open_from(in_force.first_start_still_paid(self.today))
        return list(others.exclude(pk=self.enrolment.session_id).select_related("place__commune").order_by("start")[:3])

    @property
    def identity_is_verified(self) -> bool:
        """Whether a document has shown who the person is."""
        return standing.has_verified_identity(self.user)

    @cached_property
    def proof(self) -> Proof:
        """How the person proved themselves for this dossier less than thirty minutes ago."""
        return Proof(proofs_of(self.request, self.now).get(str(self.enrolment.pk), ""))

    def context(self) -> dict[str, Any]:
        session = self.enrolment.session
        return {
            "enrolment": self.enrolment,
            "session": session,
            "training": session.training,
            "last_day": last_day_to_send(session),
            "quote": SimpleLazyObject(lambda: self.quote),  # only the steps that speak of sums look at it
        }


class DossierStep(Step[DossierPath]):
    """One step of a dossier, and the task that it is in the list of what is left to do."""

    task: ClassVar[str]
    """What the task list calls it: « Vérifier vos informations »."""

    @classmethod
    def is_done_in(cls, answers: Answers, *, proved: bool) -> bool:
        """Whether the task list says that it is done; *proved*: the person has just proved themselves."""
        return bool(answers.get(cls.name, {}).get("valid"))
