"""What the page of a dossier says at its top, by state. Words of ours, put into the page as they are."""

from dataclasses import dataclass

from enrolment.models import State


@dataclass(frozen=True)
class Heading:
    """The page's title and heading; *confirms*: the page answers a sending, reference in full.

    *left*: the heading of what is left to do, while something may still come of the dossier.
    """

    text: str
    title: str = "Mon dossier d'inscription"
    confirms: bool = False
    left: str = "Et maintenant ?"


HEADINGS = {
    State.DRAFT: Heading("Votre dossier d'inscription", left="Ce qu'il vous reste à faire"),
    State.SENT: Heading(
        "Votre demande d'inscription est envoyée. Attendez la réponse de l'ADM79.",
        "Votre demande d'inscription est envoyée",
        confirms=True,
    ),
    State.WAITING: Heading(
        "Votre demande est envoyée, en liste d'attente", "Votre demande est en liste d'attente", confirms=True
    ),
    State.ACCEPTED: Heading("Votre demande est acceptée"),
    State.REFUSED: Heading("Votre demande est refusée"),
    State.CANCELLED: Heading("Votre demande est annulée"),
    State.LAPSED: Heading("Le délai est dépassé"),
    State.ATTENDED: Heading("Formation suivie"),
    State.ABSENT: Heading("Absence à la formation"),
}
