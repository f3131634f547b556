"""Where people give up: of each guided path, how many drafts passed each step in a year."""

from dataclasses import dataclass

from accounts.signup.journey import SignupJourney
from accounts.signup.steps import STEPS as SIGNUP_STEPS
from core.journeys.counts import BEGUN
from core.journeys.step import Step
from enrolment.dossiers.path import DRAFT_KIND
from enrolment.dossiers.steps import STEPS as DOSSIER_STEPS
from enrolment.figures.lists import FigureList, step_list

BEGUN_WORDS = "Commencé : une première réponse, juste ou non"
SENT = "envoi"
"""Counted as a request that left, not as a step: it is in the figures of the requests."""


@dataclass(frozen=True)
class GuidedPath:
    """One path: its name, its title, and the lists that count its steps, in order."""

    kind: str
    title: str
    steps: tuple[FigureList, ...]


def _path(kind: str, title: str, steps: list[type[Step]]) -> GuidedPath:
    named = [(BEGUN, BEGUN_WORDS), *((step.name, step.title) for step in steps)]
    return GuidedPath(kind, title, tuple(step_list(kind, name, words) for name, words in named))


PATHS = (
    _path(SignupJourney.kind, "Créer un compte", list(SIGNUP_STEPS)),
    _path(DRAFT_KIND, "Remplir un dossier", [step for step in DOSSIER_STEPS if step.name != SENT]),
)
STEP_LISTS = {each.name: each for path in PATHS for each in path.steps}
