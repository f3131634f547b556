"""The steps of a dossier, one class in one file, in the guide's order."""

from enrolment.dossiers.path import DossierStep
from enrolment.dossiers.steps.funding import FundingStep
from enrolment.dossiers.steps.funding_choice import FundingChoiceStep
from enrolment.dossiers.steps.identification import IdentificationStep
from enrolment.dossiers.steps.information import InformationStep
from enrolment.dossiers.steps.sending import SendingStep

STEPS: tuple[type[DossierStep], ...] = (
    IdentificationStep,
    InformationStep,
    FundingChoiceStep,
    FundingStep,
    SendingStep,
)
