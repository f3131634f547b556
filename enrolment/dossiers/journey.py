"""The guided path of a dossier: its steps in order, and what is left to do around them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from core.journeys.step import Answers, Step
from enrolment.dossiers.checklist import Checklist, Identity
from enrolment.dossiers.facts import Situation, situation_of
from enrolment.dossiers.path import DossierPath
from enrolment.dossiers.steps import STEPS
from enrolment.rights.position import Position


class EnrolmentJourney(DossierPath):
    """One dossier on its way."""

    def steps_for(self, answers: Answers) -> Sequence[type[Step[Any]]]:
        return STEPS

    @cached_property
    def situation(self) -> Situation:
        """What is known of the person, for the pages that show it."""
        known = situation_of(self.request, self.now)
        known.use_answers(self.enrolment, self.answers)
        return known

    @property
    def identity_is_verified(self) -> bool:
        """Whether a document has shown who the person is, from what is known already."""
        return self.situation.identity == Identity.VERIFIED

    @cached_property
    def position(self) -> Position:
        """What is known of the person's rights."""
        return self.situation.position

    @cached_property
    def checklist(self) -> Checklist:
        """What is left to do for this dossier."""
        return self.situation.checklist(self.enrolment.session, self.enrolment)
