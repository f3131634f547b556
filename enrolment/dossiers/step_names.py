"""The steps of a dossier by name, and the tasks of the checklist that each of them does."""

from enum import StrEnum

from enrolment.dossiers.checklist import Key

DRAFT_KIND = "enrolment"
"""The kind of the drafts (``accounts.models.Draft``) that hold a dossier's answers until it is sent."""


class EnrolmentStep(StrEnum):
    """The last part of each step's address."""

    IDENTIFICATION = "identification"
    INFORMATION = "informations"
    FUNDING = "financement"
    SENDING = "envoi"


STEP_OF_TASK = {
    Key.PROVE: EnrolmentStep.IDENTIFICATION,
    Key.INFORMATION: EnrolmentStep.INFORMATION,
    Key.FUNDING: EnrolmentStep.FUNDING,
    Key.SEND: EnrolmentStep.SENDING,
}
