"""Why a transition is refused: one name a cause, so that each page says what to do next."""

from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from catalogue.models import Session
from catalogue.sessions import in_force
from catalogue.sessions.session_status import Status


class Refusal(StrEnum):
    """The causes; each has its page in ``templates/enrolment/refused/`` or its sentence in the admin."""

    TOO_LATE = "too_late"
    FULL = "full"
    NOT_FULL = "not_full"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_HOLDS = "session_holds"
    TRAINING_WITHDRAWN = "training_withdrawn"
    NOT_PROVED = "not_proved"
    INCOMPLETE = "incomplete"
    RIGHTS_CHANGED = "rights_changed"
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"
    STILL_TIME = "still_time"
    WRONG_STATE = "wrong_state"
    WRONG_ROLE = "wrong_role"
    NO_REASON = "no_reason"
    MOVED_BACK = "moved_back"
    NOT_OURS = "not_ours"
    NEWER_DOSSIER = "newer_dossier"
    DIF_ENDED = "dif_ended"
    MCF_CLOCK = "mcf_clock"
    SIGNED = "signed"
    TOLD = "told"
    NOT_OFFERED = "not_offered"
    OFFERED = "offered"


SENTENCES = {
    Refusal.TOO_LATE: "Le délai est dépassé : la demande ne peut plus partir.",
    Refusal.FULL: "La session est complète.",
    Refusal.NOT_FULL: "Il reste des places : la demande part sans liste d'attente.",
    Refusal.SESSION_CANCELLED: "La session est annulée.",
    Refusal.SESSION_HOLDS: "La session n'est pas annulée.",
    Refusal.TRAINING_WITHDRAWN: "La formation n'est plus proposée.",
    Refusal.NOT_PROVED: "Il faut s'identifier à nouveau.",
    Refusal.INCOMPLETE: "Il manque des réponses.",
    Refusal.RIGHTS_CHANGED: "Les droits disponibles ou le prix ont changé.",
    Refusal.BEGUN: "La formation a commencé.",
    Refusal.NOT_BEGUN: "La formation n'a pas encore commencé.",
    Refusal.STILL_TIME: "Le délai n'est pas dépassé.",
    Refusal.WRONG_STATE: "L'état du dossier a changé entre-temps.",
    Refusal.WRONG_ROLE: "Cette action n'est pas la vôtre.",
    Refusal.NO_REASON: "Indiquez le motif : il figurera dans le mail.",
    Refusal.NOT_OURS: "Cette décision n'est pas de l'ADM79, ou elle a déjà été reprise : rien à reprendre ici.",
    Refusal.NEWER_DOSSIER: "La personne a ouvert depuis un autre dossier pour cette session : c'est celui-là qui vit.",
    Refusal.DIF_ENDED: "Le mandat est terminé : le DIF élus ne paie plus cette formation.",
    Refusal.MCF_CLOCK: "Le délai de Mon Compte Formation est dépassé : il faut l'accepter, ou changer de financement.",
    Refusal.SIGNED: "Une collectivité a signé son accord : écrivez à l'ADM79 pour changer de financement.",
    Refusal.TOLD: "Le mail de cette décision est parti : la personne la connaît.",
    Refusal.NOT_OFFERED: "Aucune place ne vous est proposée pour l'instant.",
    Refusal.OFFERED: "Cette place lui est déjà proposée.",
    Refusal.MOVED_BACK: "La session ne peut être déplacée que dans l'avenir, et ne peut pas finir avant de commencer.",
}


class RefusedError(Exception):
    """A transition was refused; nothing changed and nothing was sent."""

    def __init__(self, cause: Refusal) -> None:
        super().__init__(SENTENCES[cause])
        self.cause = cause


NO_OFFER = {
    Status.CANCELLED: Refusal.SESSION_CANCELLED,
    Status.WITHDRAWN: Refusal.TRAINING_WITHDRAWN,
    Status.OVER: Refusal.TOO_LATE,
    Status.BEGUN: Refusal.TOO_LATE,
    Status.TOO_LATE: Refusal.TOO_LATE,
}
"""Why no request can be made. A full session is no obstacle: there is a waiting list."""


def check_offer(session: Session, now: datetime) -> None:
    """Whether a request for this session may still be made. Raises RefusedError."""
    status = in_force.status_of(session, timezone.localdate(now)).status
    if status in NO_OFFER:
        raise RefusedError(NO_OFFER[status])
