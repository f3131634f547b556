"""One thing that is left to do, whatever the list it stands in: which, by whom, how far, by when. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from core.enums import LabelledEnum


class Key(StrEnum):
    """The tasks besides the steps of the dossier, whose keys are the steps' names."""

    MANDATE = auto()
    IDENTITY = auto()
    CHECK = auto()
    OPEN = auto()
    SEND = auto()
    ANSWER = auto()
    MCF = auto()
    AGREEMENT = auto()


class Progress(LabelledEnum):
    """Where a task stands."""

    DONE = "done", "fait"
    TODO = "todo", "à faire"
    WAITING = "waiting", "en cours"
    LATER = "later", "plus tard"
    TOO_LATE = "too_late", "trop tard"


class Actor(LabelledEnum):
    """Whose turn it is."""

    YOU = "you", "vous"
    ADM79 = "adm79", "l'ADM79"
    BODY = "body", "l'organisme de formation"
    MCF = "mcf", "Mon Compte Formation"


ANSWER_WORKING_DAYS = 2
"""How long a training body has to answer on Mon Compte Formation, in working days: guidance."""
CONFIRM_WORKING_DAYS = 4
"""How long the official then has to confirm there, in working days: guidance."""


@dataclass(frozen=True)
class Task:
    """One thing to do: *by* is the last day on which it still serves; *usual* says how long it takes.

    *request* asks for it, in a sentence (« créez votre demande ») where the title alone would not do.
    """

    key: str
    title: str
    actor: Actor
    progress: Progress
    by: date | None = None
    usual: str = ""
    words: str = ""
    request: str = ""
